using System.Text.RegularExpressions;
using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Settlement;
using Xunit;

namespace MqttPay.UnitTests.Tidy;

/// <summary>The last chapter of docs/PAYMENTS.md: what is tested end to end, complete and true.</summary>
public sealed partial class CoverageTableTests
{
    private static readonly Type[] Enums =
    [
        typeof(Operation), typeof(DecisionCode), typeof(Evidence), typeof(Category), typeof(HoldState),
        typeof(LeaseState), typeof(FreezeCause),
    ];

    /// <summary>What this release does not lead to; the table says why.</summary>
    private static readonly string[] NotYet =
    [
        "DecisionCode.Cutoff", "Evidence.MacOnly", "Evidence.ScoreHigh", "Evidence.ScoreMid", "Category.MissingAtEdge",
        "Category.MissingAtCloud", "Category.Unexpected", "Category.InTransit", "Category.BankMissing",
        "Category.BankFee", "FreezeCause.Clock",
    ];

    private static readonly Dictionary<string, string> Rows = Read();

    [Fact]
    public void Every_member_has_a_row()
    {
        var members = Enums.SelectMany(type => Enum.GetNames(type).Where(name => name != "None")
            .Select(name => $"{type.Name}.{name}"));
        Findings.AreNone(members.Where(member => !Rows.ContainsKey(member)));
    }

    [Fact]
    public void Every_row_names_a_test_that_exists()
    {
        Findings.AreNone(Rows.Where(row => !row.Value.StartsWith("none: ", StringComparison.Ordinal))
            .Where(row => !Exists(row.Value)).Select(row => $"{row.Key}: {row.Value}"));
    }

    [Fact]
    public void What_has_no_test_is_known_and_explained()
    {
        var without = Rows.Where(row => row.Value.StartsWith("none: ", StringComparison.Ordinal))
            .Select(row => row.Key);
        Assert.Equal(NotYet.Order(), without.Order());
    }

    private static bool Exists(string test)
    {
        var (file, method) = (test.Split('.')[0], test.Split('.')[1]);
        var path = Path.Combine(Repository.Root, "tests", "integration", file + ".cs");
        return File.Exists(path) && Regex.IsMatch(File.ReadAllText(path), $@"public async Task {method}\(");
    }

    private static Dictionary<string, string> Read()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "PAYMENTS.md"));
        var chapter = text[text.IndexOf("## What is tested end to end", StringComparison.Ordinal)..];
        return Row().Matches(chapter).Where(row => row.Groups[1].Value is not ("what" or "---"))
            .ToDictionary(row => row.Groups[1].Value, row => row.Groups[2].Value);
    }

    [GeneratedRegex(@"^\| (.+?) \| (.+?) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
