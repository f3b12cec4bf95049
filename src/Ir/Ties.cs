namespace MiniTorch.Ir;

/// <summary>
/// Which of equal largest (or smallest) elements takes the gradient of a maximum (or minimum): its value is the same under
/// each. Where an element is NaN, the NaNs are the equals. Source: the lectures' "two or more argmax's".
/// </summary>
public enum Ties
{
    /// <summary>The first in row-major order takes all: "ignore, pick one".</summary>
    First,

    /// <summary>The n equals take one nth each: a subgradient that no order of the elements changes.</summary>
    Split,

    /// <summary>
    /// Each takes the whole: the derivatives of each one taken by itself. The shares do not add up to the gradient.
    /// </summary>
    All,
}
