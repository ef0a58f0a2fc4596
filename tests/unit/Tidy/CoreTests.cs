using System.Text.RegularExpressions;
using Xunit;

namespace MqttPay.UnitTests.Tidy;

/// <summary>
/// The core's own rules: which folder may know which, and that nothing in it reads a clock or the world.
/// </summary>
public sealed partial class CoreTests
{
    private static readonly Dictionary<string, string[]> Knows = new(StringComparer.Ordinal)
    {
        ["Payments"] = [],
        ["Wire"] = ["Payments"],
        ["Rounds"] = ["Payments", "Wire"],
        ["Settlement"] = ["Payments", "Wire", "Rounds"],
    };

    [Fact]
    public void A_folder_of_the_core_knows_only_those_below_it()
    {
        Assert.All(CoreCode, line =>
        {
            if (!Knows.TryGetValue(line.Folder, out var known)) return;
            var mentioned = Mention().Matches(line.Text).Select(match => match.Groups[1].Value);
            Assert.Subset(known.Append(line.Folder).ToHashSet(), mentioned.ToHashSet());
        });
    }

    [Fact]
    public void Every_folder_of_the_core_has_its_place_in_the_order() =>
        Assert.Subset(
            Knows.Keys.Append("").ToHashSet(), CoreCode.Select(line => line.Folder).ToHashSet());

    [Fact]
    public void Nothing_in_the_core_reads_a_clock_or_the_world() =>
        Assert.DoesNotContain(CoreCode, line => World().IsMatch(line.Text));

    [Fact]
    public void The_core_switches_no_rule_of_the_compiler_off() =>
        Assert.DoesNotContain(CoreCode, line => line.Text.Contains("#pragma", StringComparison.Ordinal));

    [Theory]
    [InlineData("P:System.DateTime.UtcNow;")]
    [InlineData("P:System.DateTimeOffset.UtcNow;")]
    [InlineData("T:System.TimeProvider;")]
    [InlineData("T:System.Random;")]
    [InlineData("T:System.Threading.Tasks.Task;")]
    [InlineData("T:System.Security.Cryptography.ECDsa;")]
    [InlineData("N:System.IO;")]
    [InlineData("N:System.Net;")]
    public void The_compiler_refuses_what_the_core_may_not_use(string symbol) =>
        Assert.Contains(
            Repository.Lines("core/BannedSymbols.txt"), line => line.StartsWith(symbol, StringComparison.Ordinal));

    private static IEnumerable<(string Folder, string Text)> CoreCode =>
        from file in Repository.CSharp
        where file.StartsWith("core/", StringComparison.Ordinal)
        let folder = file.Split('/') is [_, var inner, _] ? inner : ""
        from text in Repository.Lines(file)
        where !text.TrimStart().StartsWith("//", StringComparison.Ordinal)
        select (folder, text);

    [GeneratedRegex(@"(?<![\w.])(?:MqttPay\.)?(Payments|Wire|Rounds|Settlement)(?=\.[A-Z]|;)")]
    private static partial Regex Mention();

    [GeneratedRegex(@"\b(UtcNow|TickCount64|Stopwatch|TimeProvider|DateTime\.Now|new Random|NewGuid|await|async)\b")]
    private static partial Regex World();
}
