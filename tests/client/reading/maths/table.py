"""Formulas, and behind each how it is read aloud in English."""

from __future__ import annotations

__all__ = ["TABLE"]

TABLE = r"""
# Powers and indices

x^2
    x squared
x^3
    x cubed
x^n
    x to the power of n
x^12
    x to the power of 12
a^{n+1}
    a to the power of n plus 1
2^{n+1} - 1
    2 to the power of n plus 1, minus 1
x^{-1}
    x to the minus 1
10^{-3}
    10 to the minus 3
6.02 \times 10^{23}
    6.02 times 10 to the power of 23
A^{-1}
    A inverse
f^{-1}(x)
    f inverse of x
e^{i\pi} + 1 = 0
    e to the power of i pi, plus 1 equals 0
x^n y^m
    x to the power of n times y to the power of m
x_i
    x sub i
x_1
    x sub 1
x_{ij}
    x sub i j
x_{n+1} = x_n - 1
    x sub n plus 1, equals x sub n minus 1
x_i^2
    x sub i squared
x_{\text{max}}
    x sub max
x_max
    x sub max
A^T A
    A transpose A
w^\top x
    w transpose x
A^*
    A star
A^\dagger
    A dagger
A^c
    A complement
W^\perp
    W perp
90^\circ
    90 degrees
20^\circ\text{C}
    20 degrees C
f'(x)
    f prime of x
y'' + y' = 0
    y double prime plus y prime equals 0
x^{\prime}
    x prime
n^{\text{th}}
    nth
W^{(l)}
    W superscript l
x^+
    x plus
{}^{14}C
    14 C
a^{b^{c}}
    a to the power of b to the power of c
E = mc²
    E equals m c squared
x₁ + x₂
    x sub 1 plus x sub 2
x⁻¹
    x to the minus 1

# Fractions and roots

\frac{a}{b}
    a over b
x^2 + \frac{a}{b}
    x squared plus a over b
\frac{1}{2}
    1 half
\frac34
    3 quarters
2\frac{1}{2}
    2 and 1 half
\frac{22}{7}
    22 over 7
\frac{a+b}{c}
    a plus b, all over c
1 + \frac{a+b}{c}
    1 plus the fraction a plus b, over c
\frac{1}{1+e^{-x}}
    1 over the quantity 1 plus e to the power of minus x
\frac{a+b}{c+d}
    a plus b, all over the quantity c plus d
\frac{\frac{a}{b}}{c}
    a over b, all over c
x = \frac{-b \pm \sqrt{b^2-4ac}}{2a}
    x equals minus b plus or minus the square root of b squared minus 4 a c, all over 2 a
\frac{n(n+1)}{2}
    n times the quantity n plus 1, over 2
F = G\frac{m_1 m_2}{r^2}
    F equals G m sub 1 m sub 2 over r squared
2\frac{a}{b}c
    2 times a over b times c
{a \over b}
    a over b
a/b
    a over b
x/(2a)
    x over 2 a
\sqrt{2}
    the square root of 2
\sqrt{x+1} - 1
    the square root of x plus 1, minus 1
\sqrt[3]{x}
    the cube root of x
\sqrt[n]{x}
    the nth root of x
√2 + √(x+1)
    the square root of 2 plus the square root of x plus 1
\binom{n}{k}
    n choose k
½
    ½

# Brackets

(a+b)^2 = a^2
    the quantity a plus b, squared equals a squared
(x+1)(x-1)
    the quantity x plus 1, times the quantity x minus 1
n(n-1)(n-2)
    n times the quantity n minus 1, times the quantity n minus 2
2(x+1)
    2 times the quantity x plus 1
(-1)^n
    the quantity minus 1, to the power of n
A = P(1+r/n)^{nt}
    A equals P times the quantity 1 plus r over n, to the power of n t
\left(1 + \frac{1}{n}\right)^n
    the quantity 1 plus 1 over n, to the power of n
k!(n-k)!
    k factorial times the quantity n minus k, factorial
|x|
    the absolute value of x
|x - a| < \delta
    the absolute value of x minus a, is less than delta
|a||b|
    the absolute value of a times the absolute value of b
\left|\frac{a}{b}\right|
    the absolute value of a over b
\|x\|_2
    the 2 norm of x
||x||
    the norm of x
\lfloor x \rfloor
    the floor of x
\left\lceil \frac{n}{2} \right\rceil
    the ceiling of n over 2
\langle x, y \rangle
    the inner product of x and y
\langle \phi | \psi \rangle
    the inner product of phi and psi
|\psi\rangle
    ket psi
\left. \frac{x^3}{3} \right|_0^1
    x cubed over 3, evaluated from 0 to 1
x \in [0, 1]
    x in the interval from 0 to 1
x \in [0, 1)
    x in the interval from 0 to 1, excluding 1
x \in (0, 1)
    x in the open interval from 0 to 1
\{1, 2, 3\}
    the set of 1, 2, 3
\{x \in \mathbb{R} \mid x > 0\}
    the set of x in the real numbers such that x is greater than 0
(1, 2, 3)
    1, 2, 3
\langle \psi|
    bra psi
\langle \phi|A|\psi\rangle
    phi, A, psi
2|x|
    2 divides x divides

# Functions

\sin x
    sine x
\sin(2x)
    sine of 2 x
\sin^2\theta + \cos^2\theta = 1
    sine squared theta plus cosine squared theta equals 1
\sin^{-1} x
    inverse sine x
sin(x) + cosx
    sine of x plus cosine x
\ln 2
    natural log of 2
\log_2 n
    log base 2 of n
\log_{10}(100) = 2
    log base 10 of 100 equals 2
O(n \log n)
    O of n log n
f(x, y) = x
    f of x and y equals x
f(g(x))
    f of g of x
(f \circ g)(x)
    f composed with g, of x
f(x)g(x)
    f of x times g of x
T(n) = 2T(n/2) + O(n)
    T of n equals 2 T of n over 2, plus O of n
\max(a, b)
    the maximum of a and b
\max_{x \in S} f(x)
    the maximum over x in S of f of x
\operatorname*{arg\,max}_\theta L(\theta)
    the arg max over theta of L of theta
\operatorname{softmax}(x)
    softmax of x
\text{softmax}(x_i) = \frac{e^{x_i}}{\sum_j e^{x_j}}
    softmax of x sub i equals e to the power of x sub i over the sum over j of e to the power of x sub j
\det(A) = ad - bc
    the determinant of A equals a d minus b c
P(A \mid B)
    P of A given B
P(X=x) = 1
    P of X equals x, equals 1
\mathbb{E}[X]
    E of X
p(x|y)
    p of x given y
a \equiv b \pmod{n}
    a is equivalent to b mod n
17 \bmod 5
    17 mod 5
f: \mathbb{R}^n \to \mathbb{R}
    f from R n to the real numbers
x \mapsto x^2
    x maps to x squared

# Over a range

\sum_{i=1}^{n} i
    the sum from i equals 1 to n of i
\sum_{i \in S} x_i
    the sum over i in S of x sub i
\sum\limits_i x_i
    the sum over i of x sub i
\sum
    the sum
\prod_{i=1}^n x_i
    the product from i equals 1 to n of x sub i
\bigcup_{i=1}^n A_i
    the union from i equals 1 to n of A sub i
\int_0^1 x^2 \, dx
    the integral from 0 to 1 of x squared d x
\int_{-\infty}^{\infty} e^{-x^2} dx = \sqrt{\pi}
    the integral from minus infinity to infinity of e to the power of minus x squared, d x equals the square root of pi
\int f(x)\,dx
    the integral of f of x d x
\iint_D f(x,y) \, dA
    the double integral over D of f of x and y d A
\oint_C \mathbf{F} \cdot d\mathbf{r}
    the closed integral over C of F dot d r
\lim_{x \to 0} \frac{\sin x}{x} = 1
    the limit as x goes to 0 of sine x over x equals 1
\lim_{x \to 0^+} \ln x = -\infty
    the limit as x goes to 0 from above of natural log of x equals minus infinity
\lim_{h \to 0} \frac{f(x+h) - f(x)}{h}
    the limit as h goes to 0 of the fraction f of x plus h, minus f of x, over h
∑_{i=1}^n i
    the sum from i equals 1 to n of i

# Derivatives

\frac{dy}{dx}
    the derivative of y with respect to x
dy/dx = 2x
    the derivative of y with respect to x equals 2 x
\frac{d}{dx} x^n = n x^{n-1}
    the derivative with respect to x of x to the power of n equals n x to the power of n minus 1
\frac{d^2y}{dx^2} + y = 0
    the second derivative of y with respect to x plus y equals 0
\frac{\mathrm{d}^n y}{\mathrm{d}x^n}
    the nth derivative of y with respect to x
\frac{\partial f}{\partial x}
    the partial derivative of f with respect to x
\frac{\partial^2 u}{\partial t^2} = c^2 \nabla^2 u
    the second partial derivative of u with respect to t equals c squared nabla squared u
\nabla f
    nabla f
\nabla \cdot \vec{E} = \frac{\rho}{\epsilon_0}
    nabla dot vector E equals rho over epsilon sub 0
\nabla \times \mathbf{B}
    nabla cross B
\dot{x} = Ax
    x dot equals A x

# Relations and sets

a \neq b
    a is not equal to b
x \le y < z
    x is less than or equal to y, which is less than z
x \approx 3.14
    x is approximately 3.14
a \not= b, a \not\in A
    a is not equal to b, a not in A
X \sim \mathcal{N}(\mu, \sigma^2)
    X is distributed as N of mu and sigma squared
a \propto b
    a is proportional to b
a := b
    a is defined as b
x <= 5
    x is less than or equal to 5
A \cup B \subseteq C
    A union B is a subset of C
A \setminus B = \emptyset
    A without B equals the empty set
\forall x \in S, \exists y
    for all x in S, there exists y
\forall \epsilon > 0\ \exists \delta > 0 : x < \delta
    for all epsilon greater than 0 there exists delta greater than 0 such that x is less than delta
\exists! x
    there exists exactly one x
\neg p \lor q
    not p or q
p \implies q
    p implies q
A \iff B
    A if and only if B
a \xrightarrow{f} b
    a goes to, with f above, b
\therefore x = 5
    therefore x equals 5
a \mid b
    a divides b
3:4
    3 to 4
\angle ABC = 90°
    angle A B C equals 90 degrees
n \in \mathbb{N}
    n in the natural numbers
\mathbb{R}^{m \times n}
    R m by n

# Letters and accents

\alpha, \beta, \gamma
    alpha, beta, gamma
\Delta x
    delta x
\varepsilon
    epsilon
ϵ + λ
    epsilon plus lambda
\hbar \ell
    h bar l
4ac
    4 a c
y = mx + b
    y equals m x plus b
speed = distance / time
    speed equals distance over time
\hat{y} = \bar{x}
    y hat equals x bar
\vec{v} \cdot \vec{w}
    vector v dot vector w
a \cdot b
    a times b
\tilde{x}
    x tilde
\overline{AB}
    A B bar
\underbrace{a+b}_{n}
    a plus b, n
\stackrel{\text{def}}{=}
    equals, with def above
𝑥 + 𝐲
    x plus y
速度 = 5
    速度 equals 5

# Words and units

\text{if } x > 0
    if x is greater than 0
5\,\mathrm{kg}
    5 kg
9.8\,\mathrm{m/s^2}
    9.8 m per s squared
1 \text{ km} = 1000 \text{ m}
    1 km equals 1000 m
50\%
    50 percent
100 \% 7
    100 mod 7
\$5
    5 dollars
100{,}000
    100,000
3.14
    3.14
1,000,000
    1,000,000
\ce{H2O}
    H 2 O
\ce{2H2 + O2 -> 2H2O}
    2 H 2 plus O 2 yields 2 H 2 O
\ce{SO4^2-}
    S O 4, 2 minus
\ce{NaCl (aq)}
    N a C l, aqueous

# Grids

\begin{pmatrix} a & b \\ c & d \end{pmatrix}
    the 2 by 2 matrix, row 1: a, b; row 2: c, d
\begin{vmatrix} a & b \\ c & d \end{vmatrix}
    the determinant of the 2 by 2 matrix, row 1: a, b; row 2: c, d
\begin{bmatrix} 1 \\ 2 \end{bmatrix}
    the column vector 1, 2
\left[\begin{array}{cc} 1 & 2 \end{array}\right]
    the row vector 1, 2
f(x) = \begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}
    f of x equals: 1, if x is greater than 0; 0, otherwise
\begin{cases} x & x \ge 0 \\ -x & x < 0 \end{cases}
    x, if x is greater than or equal to 0; minus x, if x is less than 0
\begin{align} a &= b \\ c &= d \end{align}
    a equals b; c equals d
\begin{equation} x = 1 \end{equation}
    x equals 1
a = 1 \\ b = 2
    a equals 1; b equals 2
x = 1 \quad y = 2
    x equals 1, y equals 2
1, 2, \ldots, n
    1, 2, dot dot dot, n
x_1 + \cdots + x_n
    x sub 1 plus dot dot dot plus x sub n

# What is not spoken

\displaystyle x \, + \; y
    x plus y
\big( x \big)
    x
\color{red} x
    x
\textcolor{red}{x}
    x
\boxed{x = 5}
    x equals 5
x \tag{1}
    x
\mathbf{x}
    x
x = 5.
    x equals 5

# Faults

\foo{x}
    foo x
\frac{a
    a over
\frac
    over
x^
    x
_i
    i
\sqrt[
    the square root of
\left( x
    x
x \right)
    x
(a + b
    a plus b
a + b)
    a plus b
\begin{cases} x
    x
\text{if x
    if x
a & b
    a b
|x
    x

"""
