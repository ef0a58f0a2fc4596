using Xunit;

namespace MqttPay.UnitTests.Tidy;

/// <summary>Fails with every finding and not only the first few: tidying up is done in one go.</summary>
internal static class Findings
{
    public static void AreNone(IEnumerable<string> findings)
    {
        var all = findings.ToArray();
        if (all.Length > 0) Assert.Fail($"{all.Length} to put right:\n{string.Join('\n', all)}");
    }
}
