using System.Text.RegularExpressions;
using Xunit;

namespace MqttPay.UnitTests.Tidy;

/// <summary>What can be a rule is a test and not a paragraph: the form of every C# file here.</summary>
public sealed partial class SourceFormTests
{
    /// <summary>A ratchet: it may only ever be lowered.</summary>
    private const int LinesMax = 400;

    private const int ColumnsMax = 120;

    [Fact]
    public void No_file_is_longer_than_a_reader_can_hold() =>
        Findings.AreNone(from file in Repository.CSharp where Repository.Lines(file).Length > LinesMax select file);

    [Fact]
    public void No_line_is_wider_than_120_columns() =>
        Findings.AreNone(Places(line => line.Length > ColumnsMax));

    [Fact]
    public void Nothing_is_left_to_be_done_later() => Findings.AreNone(Places(Later().IsMatch));

    [Fact]
    public void A_catch_says_what_it_catches_unless_it_throws_on() => Findings.AreNone(Matches(BareCatch()));

    [Fact]
    public void No_catch_is_empty() => Findings.AreNone(Matches(EmptyCatch()));

    [Fact]
    public void No_region_hides_code() =>
        Findings.AreNone(Places(line => line.TrimStart().StartsWith("#region", StringComparison.Ordinal)));

    [Fact]
    public void No_test_is_skipped() => Findings.AreNone(InTests(Skipped()));

    [Fact]
    public void No_test_sleeps() => Findings.AreNone(InTests(Sleeps()));

    [Fact]
    public void The_name_of_a_test_is_a_sentence()
    {
        var names = Repository.CSharp
            .Where(IsTest)
            .SelectMany(file => Test().Matches(Repository.Read(file)).Select(match => match.Groups[1].Value))
            .ToArray();

        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Matches(Sentence(), name));
    }

    [Fact]
    public void No_file_bears_a_name_that_says_nothing() =>
        Findings.AreNone(
            from file in Repository.CSharp where Empty().IsMatch(Path.GetFileNameWithoutExtension(file)) select file);

    [Fact]
    public void Text_files_have_unix_line_ends() =>
        Assert.DoesNotContain(
            Repository.Files.Where(file => Path.GetExtension(file) is ".cs" or ".md" or ".sh" or ".sql" or ".json"),
            file => Repository.Read(file).Contains('\r'));

    private static bool IsTest(string file) => file.StartsWith("tests/", StringComparison.Ordinal);

    private static IEnumerable<string> Places(Func<string, bool> wrong) =>
        from file in Repository.CSharp
        from line in Repository.Lines(file).Index()
        where wrong(line.Item)
        select $"{file}:{line.Index + 1}";

    private static IEnumerable<string> Matches(Regex wrong) =>
        from file in Repository.CSharp
        from match in wrong.Matches(Repository.Read(file))
        select $"{file}: {match.Value}";

    private static IEnumerable<string> InTests(Regex wrong) =>
        Places(wrong.IsMatch).Where(IsTest);

    [GeneratedRegex(@"\b(TO[D]O|FIXM[E]|HAC[K])\b")]
    private static partial Regex Later();

    [GeneratedRegex(@"\bcatch\s*\{(?![^}]*\bthrow;)")]
    private static partial Regex BareCatch();

    [GeneratedRegex(@"\bcatch\s*\([^)]*\)[^{;]*\{\s*\}")]
    private static partial Regex EmptyCatch();

    [GeneratedRegex(@"\b(Ski[p](Unless|When)?\s*=|Assert\.Ski[p])")]
    private static partial Regex Skipped();

    [GeneratedRegex(@"\bThread\.Slee[p]\(")]
    private static partial Regex Sleeps();

    [GeneratedRegex(@"\[(?:Fact|Theory)\b[^\n]*(?:\s*\[[^\n]*|\s*//[^\n]*)*\s*public\s+(?:async\s+)?[\w<>]+\s+(\w+)\(")]
    private static partial Regex Test();

    [GeneratedRegex("^[A-Z][A-Za-z0-9]*(_[A-Za-z0-9]+){2,}$")]
    private static partial Regex Sentence();

    [GeneratedRegex("(Manager|Helper|Helpers|Util|Utils|Utilities|Processor|Impl|Base|Common|Misc)$")]
    private static partial Regex Empty();
}
