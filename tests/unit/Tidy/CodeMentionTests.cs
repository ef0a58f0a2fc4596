using System.Globalization;
using System.Text.RegularExpressions;
using MqttPay.Host.Codes;
using Xunit;

namespace MqttPay.UnitTests.Tidy;

/// <summary>Whatever bears a code is in the catalogue: a log line, an HTTP error, a sentence of the manual.</summary>
public sealed partial class CodeMentionTests
{
    [Fact]
    public void Every_log_event_is_in_the_catalogue()
    {
        var unknown =
            from file in Repository.CSharp
            from match in EventId().Matches(Repository.Read(file))
            let number = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            where CodeCatalogue.Find(number) is null
            select $"{file}: {number}";

        Findings.AreNone(unknown);
    }

    [Fact]
    public void Every_code_that_is_mentioned_is_in_the_catalogue_under_that_name()
    {
        var wrong =
            from file in Repository.Files
            where Path.GetExtension(file) is ".cs" or ".md" or ".sql"
            where !file.StartsWith("tests/", StringComparison.Ordinal)
            from match in Mention().Matches(Repository.Read(file))
            let entry = CodeCatalogue.Find(match.Groups[1].Value)
            where entry is null || (match.Groups[2].Success && match.Groups[2].Value != entry.Name)
            select $"{file}: {match.Value}";

        Findings.AreNone(wrong);
    }

    [GeneratedRegex(@"\bLoggerMessage\(\s*(?:EventId\s*=\s*)?(\d+)")]
    private static partial Regex EventId();

    // A name has an underscore; a single word behind a code may just be the sentence that goes on.
    [GeneratedRegex(@"\b(MP\d{4})(?: ([a-z0-9]+(?:_[a-z0-9]+)+))?\b")]
    private static partial Regex Mention();
}
