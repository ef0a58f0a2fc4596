using System.Text.RegularExpressions;
using Xunit;

namespace MqttPay.UnitTests.Tidy;

/// <summary>One package, one place: replacing a package then means one folder.</summary>
public sealed class PackagePlacesTests
{
    [Theory]
    [InlineData("LiteDB", "^edge-agent/Cache/")]
    // An algorithm and its statements are one thing: SQL lives beside the method that needs it, so the place is a
    // process.
    [InlineData("Npgsql", "^cloud-sync/")]
    [InlineData("MQTTnet", "^(broker/(Wire|Host)|edge-agent/Mqtt|firmware-sim/Mqtt)/")]
    [InlineData("System.Reactive", @"/(Connectivity|LiveViews|Traffic)\.cs$")]
    [InlineData("Polly", @"Resilience\.cs$")]
    [InlineData("NSec", "^host/Signatures/")]
    public void A_package_is_used_in_one_place(string package, string place)
    {
        var name = Regex.Escape(package);
        var uses = new Regex($@"^\s*using (static )?{name}\b|\b{name}\.[A-Z]\w+\.[A-Z]");

        var elsewhere = Repository.CSharp
            .Where(file => !file.StartsWith("tests/", StringComparison.Ordinal) && !Regex.IsMatch(file, place))
            .Where(file => Repository.Lines(file).Any(uses.IsMatch));

        Findings.AreNone(elsewhere);
    }
}
