using System.Xml.Linq;
using Xunit;

namespace MqttPay.UnitTests.Tidy;

/// <summary>
/// Processes meet on the wire. The one exception is the agent, which hosts the broker in its own process.
/// </summary>
public sealed class ProjectReferencesTests
{
    [Theory]
    [InlineData("core")]
    [InlineData("host", "core")]
    [InlineData("broker", "core", "host")]
    [InlineData("edge-agent", "core", "host", "broker")]
    [InlineData("cloud-sync", "core", "host")]
    [InlineData("firmware-sim", "core", "host")]
    public void A_project_sees_only_what_it_may(string folder, params string[] allowed) =>
        Assert.Subset(allowed.ToHashSet(), SeenFrom(ProjectIn(folder)).ToHashSet());

    [Fact]
    public void Only_tests_see_tests() =>
        Assert.All(
            Projects.Where(project => !project.StartsWith("tests/", StringComparison.Ordinal)),
            project => Assert.DoesNotContain(
                SeenFrom(project), seen => seen.StartsWith("tests", StringComparison.Ordinal)));

    [Fact]
    public void A_project_lies_directly_in_its_folder_and_bears_its_own_name() =>
        Assert.All(
            Projects, project => Assert.StartsWith("MqttPay.", Path.GetFileName(project), StringComparison.Ordinal));

    [Fact]
    public void The_solution_has_every_project()
    {
        var solution = Repository.Read("MqttPay.sln").Replace('\\', '/');

        Assert.All(Projects, project => Assert.Contains(project, solution, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_package_has_its_version_in_one_central_place()
    {
        var central = XDocument.Parse(Repository.Read("Directory.Packages.props"))
            .Descendants("PackageVersion")
            .Select(version => (string)version.Attribute("Include")!)
            .ToHashSet();

        Assert.All(Projects, project => Assert.All(PackagesOf(project), package =>
        {
            Assert.Null(package.Attribute("Version"));
            Assert.Contains((string)package.Attribute("Include")!, central);
        }));
    }

    [Fact]
    public void Core_needs_no_package_at_run_time() =>
        Assert.All(
            PackagesOf(ProjectIn("core")), package => Assert.Equal("all", (string?)package.Attribute("PrivateAssets")));

    [Fact]
    public void Every_project_locks_the_versions_that_it_restores() =>
        Assert.All(
            Projects,
            project => Assert.True(Repository.Exists($"{Path.GetDirectoryName(project)}/packages.lock.json"), project));

    private static IEnumerable<string> Projects =>
        Repository.Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal));

    private static string ProjectIn(string folder) =>
        Assert.Single(Projects, project => Path.GetDirectoryName(project) == folder);

    private static IEnumerable<XElement> PackagesOf(string project) =>
        XDocument.Parse(Repository.Read(project)).Descendants("PackageReference");

    /// <summary>The folders whose code a project sees. A reference for build order alone shows no code.</summary>
    private static IEnumerable<string> SeenFrom(string project) =>
        XDocument.Parse(Repository.Read(project))
            .Descendants("ProjectReference")
            .Where(reference => (string?)reference.Attribute("ReferenceOutputAssembly") != "false")
            .Select(reference => Path.GetDirectoryName(Path.GetRelativePath(
                Repository.Root,
                Path.Combine(
                    Repository.Root, Path.GetDirectoryName(project)!, (string)reference.Attribute("Include")!)))!);
}
