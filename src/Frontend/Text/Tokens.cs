using System.Text.RegularExpressions;
using LanguageExt;

namespace MiniTorch.Frontend.Text;

/// <summary>The words of a sentence.</summary>
public static partial class Tokens
{
    /// <summary>
    /// A sentence in lower case, cut into words, numbers and single marks; contractions as the Penn Treebank cuts them:
    /// "I don't, it's 9!" gives i, do, n't, ',', it, 's, 9, '!'.
    /// </summary>
    /// <remarks>Cutting again what was cut and joined by spaces changes nothing.</remarks>
    public static Seq<string> Of(string sentence) =>
        Word().Matches(sentence.Replace('’', '\'').ToLowerInvariant()).Select(m => m.Value).ToSeq().Strict();

    /// <summary>What stands before n't; n't; 's and its like; letters and digits; any other mark by itself.</summary>
    [GeneratedRegex(@"[^\W_]+?(?=n't\b)|n't\b|'(?:s|re|ve|ll|d|m)\b|[^\W_]+|[^\s\w]|_", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
