using LanguageExt;

namespace MiniTorch.Frontend.Text;

/// <summary>The words that a model knows, by number: 0 is padding, 1 any word that it does not know.</summary>
public sealed class Vocabulary
{
    /// <summary>What stands after a sentence's end.</summary>
    public const int Padding = 0;

    /// <summary>A word that is not in the vocabulary.</summary>
    public const int Unknown = 1;

    private readonly Seq<string> words;
    private readonly Dictionary<string, int> numbers;

    private Vocabulary(Seq<string> known)
    {
        words = Prelude.Seq("<pad>", "<unknown>") + known;
        numbers = known.Select((word, i) => (word, i + 2)).ToDictionary(p => p.word, p => p.Item2, StringComparer.Ordinal);
    }

    /// <summary>The words that occur at least so often: the most frequent first, equals in ordinal order.</summary>
    public static Vocabulary Of(IEnumerable<Seq<string>> sentences, int least = 1) =>
        new(sentences.SelectMany(s => s.AsEnumerable()).CountBy(w => w, StringComparer.Ordinal).Where(w => w.Value >= least)
            .OrderByDescending(w => w.Value).ThenBy(w => w.Key, StringComparer.Ordinal).Select(w => w.Key).ToSeq().Strict());

    /// <summary>How many numbers there are: the two marks and the known words.</summary>
    public int Count => words.Count;

    /// <summary>The number of a word; 1 where it is not known.</summary>
    public int this[string word] => numbers.GetValueOrDefault(word, Unknown);

    /// <summary>The word of a number.</summary>
    public string Word(int number) => words[number];

    /// <summary>The numbers of words in order; a sentence without words is one unknown word.</summary>
    public int[] Numbers(Seq<string> sentence) => sentence.IsEmpty ? [Unknown] : [.. sentence.Select(w => this[w])];
}
