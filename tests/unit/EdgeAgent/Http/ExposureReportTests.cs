using MqttPay.EdgeAgent.Http;
using MqttPay.Rounds;
using MqttPay.UnitTests.Core.Rounds;
using Xunit;

namespace MqttPay.UnitTests.EdgeAgent.Http;

/// <summary>What is lost when an edge vanishes: worked by hand.</summary>
public sealed class ExposureReportTests
{
    [Fact]
    public void Leases_holds_and_what_is_not_acknowledged_each_count_once()
    {
        var bench = EdgeBench.Ready(leaseMinor: 20_00);   // Two of them.
        bench.Decide(bench.Next(EdgeBench.Alice));                    // 1.50
        bench.Hold(EdgeBench.Alice, 10_00);

        // 8.50 and 20.00 are left; 10.00 are held; 1.50 paid and unknown. The hold is unknown too, and counts once.
        Assert.Equal([new(978, 28_50, 10_00, 1_50, 40_00, 0)], ExposureReport.Of(bench.Book));

        Acknowledge(bench);
        Assert.Equal([new(978, 28_50, 10_00, 0, 38_50, 0)], ExposureReport.Of(bench.Book));

        bench.Decide(bench.Next(EdgeBench.Bob, sale => sale with { AmountMinor = 5_00 }));
        Assert.Equal([new(978, 23_50, 10_00, 5_00, 38_50, 0)], ExposureReport.Of(bench.Book));
    }

    [Fact]
    public void The_float_stands_apart()
    {
        var bench = EdgeBench.Ready(leaseMinor: 20_00);
        var grant = EdgeBench.GrantOf(903, 71, 50_00);
        bench.Do(grant with { Grant = grant.Grant with { Account = null } });
        bench.Sync();

        Assert.Equal([new(978, 40_00, 0, 0, 40_00, 50_00)], ExposureReport.Of(bench.Book));
    }

    [Fact]
    public void A_new_edge_can_lose_nothing() => Assert.Empty(ExposureReport.Of(new(7, 1)));

    private static void Acknowledge(EdgeBench bench)
    {
        var last = bench.Written[^1];
        bench.Do(new Input.Acknowledged(new(EdgeBench.Edge, 1, last.Header.Number, last.Root)));
    }
}
