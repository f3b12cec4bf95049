namespace MiniTorch.Backends.Cpu;

/// <summary>Elements along each row: rows of memory from an address (0 for none), or a buffer (-1 for none).</summary>
internal sealed record RowValues(nint Memory, int Buffer, int Size);

/// <summary>An operand of a loop that the row has already: a number where there are no values.</summary>
internal sealed record RowLocal(int Place, int Number, RowValues? Values);

/// <summary>What a stage's loop gives along the row.</summary>
internal sealed record RowOut(int Place, RowValues Values);

/// <summary>
/// A fold of a row to a number, and its memory where it is a result; without values, of the lanes that the loop leaves in the
/// number's place.
/// </summary>
internal sealed record RowFold(nint Fold, RowValues? Values, int Number, nint To, int Place, float Neutral);

/// <summary>A number that a loop over one element gives, and its memory where it is a result.</summary>
internal sealed record RowNumber(int Place, int Number, nint To, int Size);

/// <summary>Numbers computed from numbers of the row.</summary>
internal sealed record RowNumbers(BlockProgram Program, RowLocal[] Locals, RowNumber[] Outs);

/// <summary>A loop along the row, folds of what it gives, and what follows from the numbers so far.</summary>
internal sealed record RowStage(BlockProgram? Program, RowLocal[] Locals, RowOut[] Outs, RowFold[] Folds, RowNumbers? Numbers);
