using System.Reflection;

namespace MqttPay.UnitTests.Tidy;

/// <summary>The repository that these tests were built from, as its own subject.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = ["artifacts", "node_modules", "TestResults", "bin", "obj", ".git"];

    public static string Root { get; } = FindRoot();

    /// <summary>Every file of the repository, as a path relative to its root, with forward slashes.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Walk(new(Root)).Order(StringComparer.Ordinal)];

    public static IEnumerable<string> CSharp => Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    public static bool Exists(string path) =>
        File.Exists(Path.Combine(Root, path)) || Directory.Exists(Path.Combine(Root, path));

    private static IEnumerable<string> Walk(DirectoryInfo folder)
    {
        foreach (var file in folder.EnumerateFiles())
            yield return Path.GetRelativePath(Root, file.FullName).Replace('\\', '/');
        foreach (var inner in folder.EnumerateDirectories().Where(inner => !NotOurs.Contains(inner.Name)))
        foreach (var file in Walk(inner))
            yield return file;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MqttPay.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("MqttPay.sln is in no folder above the tests.");
    }
}
