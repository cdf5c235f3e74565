"""Commands of LaTeX that stand for one sign, and what kind of sign it is."""

from __future__ import annotations

__all__ = [
    "BIG_OPERATORS",
    "BINARY",
    "BLACKBOARD",
    "RELATIONS",
    "SIGN_OF_COMMAND",
    "SPELLED_SIGNS",
    "YIELDS",
]

# The arrow of a chemical reaction, which is read otherwise than one of mathematics.
YIELDS = "⇾"


def _pairs(table: str) -> dict[str, str]:
    words = table.split()
    return dict(zip(words[::2], words[1::2], strict=True))


SIGN_OF_COMMAND = _pairs(r"""
alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ vartheta θ iota ι
kappa κ varkappa κ lambda λ mu μ nu ν xi ξ omicron ο pi π varpi π rho ρ varrho ρ sigma σ
varsigma ς tau τ upsilon υ phi φ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ
Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω varGamma Γ varDelta Δ varTheta Θ varLambda Λ
varSigma Σ varPhi Φ varPsi Ψ varOmega Ω digamma ϝ
leq ≤ le ≤ leqslant ≤ geq ≥ ge ≥ geqslant ≥ neq ≠ ne ≠ lt < gt > ll ≪ gg ≫ approx ≈ thickapprox ≈
sim ∼ thicksim ∼ simeq ≃ cong ≅ equiv ≡ propto ∝ varpropto ∝ asymp ≍ doteq ≐ triangleq ≜ coloneqq ≔
coloneq ≔ prec ≺ succ ≻ preceq ⪯ succeq ⪰ lesssim ≲ gtrsim ≳ nless ≮ ngtr ≯ nleq ≰ ngeq ≱
to → rightarrow → longrightarrow → gets ← leftarrow ← longleftarrow ← Rightarrow ⇒ Longrightarrow ⇒
implies ⇒ Leftarrow ⇐ Longleftarrow ⇐ impliedby ⇐ leftrightarrow ↔ longleftrightarrow ↔
Leftrightarrow ⇔ Longleftrightarrow ⇔ iff ⇔ mapsto ↦ longmapsto ↦ hookrightarrow ↪ uparrow ↑
downarrow ↓ rightharpoonup ⇀ rightleftharpoons ⇌ leftrightharpoons ⇌ leadsto ⇝ rightsquigarrow ⇝
twoheadrightarrow ↠ nearrow ↗ searrow ↘ nrightarrow ↛ nRightarrow ⇏
in ∈ notin ∉ ni ∋ owns ∋ subset ⊂ subseteq ⊆ subsetneq ⊊ supset ⊃ supseteq ⊇ nsubseteq ⊈
cup ∪ cap ∩ setminus ∖ smallsetminus ∖ emptyset ∅ varnothing ∅ sqcup ⊔ sqcap ⊓ uplus ⊎
forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ land ∧ wedge ∧ lor ∨ vee ∨ oplus ⊕ ominus ⊖ otimes ⊗
odot ⊙ top ⊤ bot ⊥ perp ⊥ parallel ∥ nparallel ∦ vdash ⊢ models ⊨ vDash ⊨ Vdash ⊩ therefore ∴
because ∵ angle ∠ measuredangle ∠ triangle △ square □ Box □ blacksquare ∎ qed ∎ Diamond ◇
pm ± mp ∓ times × div ÷ cdot ⋅ ast ∗ star ⋆ circ ∘ bullet ∙ dagger † ddagger ‡ amalg ⨿ rtimes ⋊
ltimes ⋉ bigtriangleup △
sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ oiint ∯ bigcup ⋃ bigcap ⋂ bigvee ⋁ bigwedge ⋀
bigoplus ⨁ bigotimes ⨂ bigsqcup ⨆ biguplus ⨄ intop ∫
infty ∞ partial ∂ nabla ∇ hbar ℏ ell ℓ Re ℜ Im ℑ aleph ℵ beth ℶ wp ℘ imath ı jmath ȷ prime ′
degree ° celsius ℃ ldots … dots … cdots … vdots … ddots … dotsc … dotsb … dotsm … dotsi …
dotso … colon : mid ∣ nmid ∤ divides ∣ vert | Vert ‖ lvert ⟬ rvert ⟭ lVert ⟦ rVert ⟧
langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ lbrace { rbrace } lbrack [ rbrack ] backslash ∖
lang ⟨ rang ⟩ lparen ( rparen ) R ℝ N ℕ Z ℤ Q ℚ C ℂ reals ℝ Reals ℝ
AA Å S § copyright © pounds £ euro € checkmark ✓ surd √ complement ∁ flat ♭ sharp ♯ natural ♮
i ı ae æ oe œ ss ß o ø O Ø aa å slash / comma , period . lq ‘ rq ’
heartsuit ♥ diamondsuit ♦ clubsuit ♣ spadesuit ♠ ohm Ω micro μ
""")

# Signs as they are typed where there is no key for them.
SPELLED_SIGNS = _pairs(r"""
<=> ⇔ <-> ↔ <= ≤ >= ≥ --> → -> → ==> ⇒ => ⇒ := ≔ ** ^ == = ... … - − – − ∣ | ∶ : ﹣ − ＋ + ＝ =
* ∗ · ⋅ • ⋅ ∙ ⋅ ～ ∼ ~ ∼ ⟶ → ⟵ ← ⟹ ⇒ ⟸ ⇐ ⟺ ⇔ ⟷ ↔ ⟼ ↦ ⩽ ≤ ⩾ ≥ ≦ ≤ ≧ ≥ ⋯ … ⋮ … ⋱ …
µ μ ∆ Δ ‣ ⋅ ⁄ / ∕ / 〈 ⟨ 〉 ⟩ （ ( ） ) ， , ； ; ： : º ° ϵ ε ϕ φ ϑ θ ϱ ρ ϖ π
""")

RELATIONS = frozenset("=≠<>≤≥≪≫≈∼≃≅≡∝≍≐≜≔≺≻⪯⪰≲≳≮≯≰≱→←⇒⇐↔⇔↦↪⇀⇌⇝↠↛⇏⇾∈∉∋⊂⊆⊊⊃⊇⊈⊢⊨⊩∴∵∥∦⊥")
BINARY = frozenset("+−±∓×÷⋅∗⋆∘∙/∪∩∖⊔⊓⊎∧∨⊕⊖⊗⊙⋊⋉")
BIG_OPERATORS = frozenset("∑∏∐∫∬∭∮∯⋃⋂⋁⋀⨁⨂⨆⨄")
# Double-struck letters that are the name of one set of numbers.
BLACKBOARD = {"R": "ℝ", "N": "ℕ", "Z": "ℤ", "Q": "ℚ", "C": "ℂ"}
