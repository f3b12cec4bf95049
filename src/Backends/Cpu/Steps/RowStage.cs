namespace MiniTorch.Backends.Cpu;

/// <summary>Elements along each row: rows of memory from an address (0 for none), or a buffer (-1 for none).</summary>
internal sealed record RowValues(nint Memory, int Buffer, int Size);

/// <summary>An operand of a program that the row has already: a number where there are no values.</summary>
internal sealed record RowLocal(int Place, int Number, RowValues? Values);

/// <summary>What a program gives: along the row, or a number where there are no values.</summary>
internal sealed record RowOut(int Place, int Number, RowValues? Values, int Size);

/// <summary>A program of the step over a run of elements of each row, and where its places and its buffers begin.</summary>
internal sealed record RowProgram(BlockProgram Program, RowLocal[] Locals, RowOut[] Outs, long Run, int Table, int Frame);

/// <summary>A fold of a row to a number, from the lanes that the loop leaves in the number's place.</summary>
internal sealed record RowFold(nint Fold, int Number, int Place, float Neutral);

/// <summary>A number that goes to memory.</summary>
internal sealed record RowTold(int Number, nint To, int Size);

/// <summary>A buffer in which the rows of a part add up, and where the sums of all rows go.</summary>
internal sealed record RowColumn(int Buffer, nint To);

/// <summary>A loop along the row, folds of what it gives, what follows from the numbers so far, and which of these are results.</summary>
internal sealed record RowStage(RowProgram? Loop, RowFold[] Folds, RowProgram? Numbers, RowTold[] Tells);
