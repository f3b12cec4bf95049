using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Cli;

/// <summary>Every way that a command can end becomes an exit code, and at most one line on standard error.</summary>
/// <remarks>Errors: cli.C1 the command line; cli.C9 memory. MINITORCH_TRACE=1 adds the stack trace of a defect.</remarks>
internal static class Door
{
    /// <summary>Runs it and answers with its code.</summary>
    internal static int Run(Screen screen, Func<Either<IrError, int>> command)
    {
        try
        {
            return command().Match(code => code, e => Mistake(screen, e));
        }
        catch (OperationCanceledException) when (screen.Stop.IsCancellationRequested)
        {
            return Say(screen, "stopped", Exit.Stopped);
        }
        catch (IrException e)
        {
            return Mistake(screen, First(e.Errors));
        }
        catch (OutOfMemoryException)
        {
            return Mistake(screen, new("cli.C9",
                "there is not enough memory for this; give smaller shapes or a smaller batch"));
        }
        catch (Exception e)
        {
            return Defect(screen, e);
        }
    }

    /// <summary>A user's mistake: one sentence.</summary>
    internal static int Mistake(Screen screen, IrError error) => Say(screen, error.ToString(), Exit.Mistake);

    /// <summary>The first of several mistakes, which says how many more there are.</summary>
    internal static IrError First(Seq<IrError> errors) =>
        errors.Count < 2 ? errors.Head
        : errors.Head with { Message = $"{errors.Head.Message} (and {errors.Count - 1} more)" };

    private static int Defect(Screen screen, Exception e)
    {
        Say(screen, $"this is a defect of minitorch: {e.GetType().Name}: {e.Message}; please report it", Exit.Defect);
        if (Environment.GetEnvironmentVariable("MINITORCH_TRACE") == "1") screen.Error.WriteLine(e.StackTrace);
        return Exit.Defect;
    }

    private static int Say(Screen screen, string sentence, int code)
    {
        screen.Tell(sentence);
        return code;
    }
}
