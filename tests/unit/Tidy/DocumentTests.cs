using System.Text.RegularExpressions;
using Xunit;

namespace MqttPay.UnitTests.Tidy;

/// <summary>A document that names a file which is not there is wrong, however well it reads.</summary>
public sealed partial class DocumentTests
{
    [Fact]
    public void Documents_name_only_files_that_exist()
    {
        var missing =
            from document in Documents
            from match in Quoted().Matches(WithoutBlocks(document))
            let name = match.Groups[1].Value
            where IsPath(name) && !IsThere(name)
            select $"{document}: {name}";

        Findings.AreNone(missing);
    }

    [Fact]
    public void Links_lead_to_files_that_exist()
    {
        var broken =
            from document in Documents
            from match in Link().Matches(WithoutBlocks(document))
            let target = match.Groups[1].Value.Split('#')[0]
            where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal)
            where !target.StartsWith("mailto:", StringComparison.Ordinal)
            where !Repository.Exists(Path.Combine(Path.GetDirectoryName(document)!, target))
            select $"{document}: {target}";

        Findings.AreNone(broken);
    }

    [Fact]
    public void The_readme_fits_into_one_sitting() => Assert.InRange(Repository.Lines("README.md").Length, 40, 120);

    [Fact]
    public void Every_decision_has_context_decision_and_consequences()
    {
        var records = Documents
            .Where(document => document.StartsWith("docs/decisions/", StringComparison.Ordinal))
            .ToArray();

        Assert.NotEmpty(records);
        Assert.All(records, record =>
        {
            var text = Repository.Read(record);
            Assert.Matches(@"^docs/decisions/\d{4}-[a-z0-9-]+\.md$", record);
            Assert.Contains("\n## Context\n", text, StringComparison.Ordinal);
            Assert.Contains("\n## Decision\n", text, StringComparison.Ordinal);
            Assert.Contains("\n## Consequences\n", text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void The_top_level_holds_what_the_folder_map_names()
    {
        string[] folders =
            [".ci", "broker", "cloud-sync", "core", "docs", "edge-agent", "firmware-sim", "host", "tests"];

        Assert.Subset(
            folders.ToHashSet(),
            Repository.Files.Where(file => file.Contains('/')).Select(file => file.Split('/')[0]).ToHashSet());
    }

    private static IEnumerable<string> Documents =>
        Repository.Files.Where(file => file.EndsWith(".md", StringComparison.Ordinal));

    private static IEnumerable<string> TopLevel => Directory.EnumerateDirectories(Repository.Root)
        .Select(folder => Path.GetFileName(folder));

    /// <summary>Blocks hold output and commands, whose words are not names of ours.</summary>
    private static string WithoutBlocks(string document) => Block().Replace(Repository.Read(document), "");

    private static bool IsPath(string name) =>
        Name().IsMatch(name) &&
        (name.Contains('/') ? TopLevel.Contains(name.Split('/')[0]) : OurEnding().IsMatch(name));

    private static bool IsThere(string name)
    {
        var escaped = Regex.Escape(name.TrimEnd('/')).Replace(@"\*", "[^/]*", StringComparison.Ordinal);
        var pattern = new Regex($"^{escaped}$");
        return name.Contains('/')
            ? Repository.Exists(name) || Repository.Files.Any(pattern.IsMatch)
            : Repository.Files.Any(file => pattern.IsMatch(Path.GetFileName(file)));
    }

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^\.?/?[\w.*-]+(/[\w.*-]+)*/?$")]
    private static partial Regex Name();

    [GeneratedRegex(@"\.(cs|csproj|md|sh|sql|props|sln)$")]
    private static partial Regex OurEnding();
}
