"""Commands of LaTeX that are more than a sign."""

from __future__ import annotations

__all__ = [
    "ACCENTS",
    "ARROWS",
    "CASES",
    "DROPPED",
    "DROPPED_WITH_ARGUMENT",
    "FRACTIONS",
    "FUNCTIONS",
    "MATRICES",
    "MODULO",
    "STYLES",
    "TEXT",
    "UPRIGHT",
    "WITH_COLUMNS",
    "names",
]


def names(table: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(table.split())


FRACTIONS = names("frac dfrac tfrac cfrac sfrac nicefrac flatfrac")
FUNCTIONS = names("""
    sin cos tan cot sec csc sinh cosh tanh coth arcsin arccos arctan arccot log ln lg exp
    max min sup inf lim limsup liminf argmax argmin det dim ker gcd lcm deg arg hom Pr rank tr
    trace mod sgn sign span diag grad div curl rot Var Cov supp im sech csch erf
    """)
ACCENTS = {
    "hat": "hat",
    "widehat": "hat",
    "^": "hat",
    "bar": "bar",
    "overline": "bar",
    "=": "bar",
    "tilde": "tilde",
    "widetilde": "tilde",
    "vec": "vector",
    "overrightarrow": "vector",
    "dot": "dot",
    ".": "dot",
    "ddot": "double dot",
    "dddot": "triple dot",
    "check": "check",
    "widecheck": "check",
    "breve": "breve",
    "acute": "acute",
    "'": "acute",
    "grave": "grave",
    "`": "grave",
    "mathring": "ring",
}
# Whose argument is words, spaces and all.
TEXT = names("text textrm textbf textit textsf texttt textnormal textup emph mbox hbox fbox")
# Whose argument is a name if it is letters.
UPRIGHT = names("""
    operatorname operatornamewithlimits mathrm mathsf mathtt mathop mathnormal unit si
    """)
STYLES = names(
    "mathbf boldsymbol bm pmb vb bold mathbb Bbb mathcal mathscr mathfrak mathit mathbfit"
)
ARROWS = {
    "xrightarrow": "→",
    "xleftarrow": "←",
    "xRightarrow": "⇒",
    "xleftrightarrow": "↔",
    "xmapsto": "↦",
}
MODULO = frozenset(("pmod", "bmod", "pod"))
DROPPED = names("""
    displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits big Big bigg Bigg bigm
    Bigm biggm Biggm middle thinspace negthinspace medspace thickspace enspace hfill nonumber
    notag hline toprule midrule bottomrule centering small large normalsize bf it cal rm sf tt
    boldmath relax null strut mathstrut noindent allowbreak nobreak
    underline boxed cancel bcancel xcancel smash mathclap mathllap mathrlap mathord mathbin
    mathrel mathopen mathclose mathpunct mathinner ensuremath substack SI qty num ang SIrange
    qtyrange mleft mright protect llap rlap clap
    overbracket underbracket mathsurround normalfont
    """)
DROPPED_WITH_ARGUMENT = names("""
    phantom hphantom vphantom label tag ref eqref cite color textcolor colorbox hspace vspace
    hskip kern mkern mspace rule raisebox definecolor cline cmidrule footnote class style
    """)
MATRICES = names("""
    matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix psmallmatrix bsmallmatrix array
    tabular
    """)
CASES = names("cases dcases rcases drcases numcases")
WITH_COLUMNS = names("array tabular alignat alignedat subarray")
