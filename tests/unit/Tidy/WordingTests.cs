using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace MqttPay.UnitTests.Tidy;

/// <summary>Text here speaks of the product, never of the desk at which it was written.</summary>
public sealed partial class WordingTests
{
    /// <summary>Starts of SHA-256 values of words, so that this file does not hold the words themselves.</summary>
    private static readonly HashSet<string> Unwanted =
    [
        "c857d09db23e6822",
        "c70eca6b0f88f44d",
        "60965168ce762e94",
        "7d3194f79e645c42",
        "3ea125d0bff386e6",
        "94a168d2da574b00",
        "d298391b07433318",
        "57de4cf40144bdf7",
        "5d72436256ada538",
        "487b91042c7cf27a",
        "de2187af3fb01170",
    ];

    [Fact]
    public void Text_names_no_tool_of_a_workplace()
    {
        var wrong =
            from file in Texts
            from word in WordsOf(file)
            where Unwanted.Contains(HashOf(word))
            select $"{file}: {word}";

        Findings.AreNone(wrong);
    }

    [Fact]
    public void Text_names_no_path_of_a_workplace() =>
        Assert.DoesNotContain(Texts, file => Place().IsMatch(Repository.Read(file)));

    private static IEnumerable<string> Texts => Repository.Files.Where(file =>
        Path.GetExtension(file) is ".cs" or ".md" or ".sh" or ".sql" or ".json" or ".csproj" or ".props" or "");

    private static IEnumerable<string> WordsOf(string file) =>
        Word().Matches(Repository.Read(file)).Select(match => match.Value.ToLowerInvariant()).Distinct();

    private static string HashOf(string word) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(word)))[..16];

    [GeneratedRegex("[A-Za-z]{3,}")]
    private static partial Regex Word();

    [GeneratedRegex(@"(?<!\w)/wor[k]/|\.\./share[d]/|/roo[t]/\.|/hom[e]/\w")]
    private static partial Regex Place();
}
