using System.Reactive.Concurrency;
using MqttPay.EdgeAgent.Sync;
using Xunit;

namespace MqttPay.UnitTests.EdgeAgent.Sync;

public sealed class ConnectivityTests : IDisposable
{
    private readonly HistoricalScheduler time = new();
    private readonly List<bool> news = [];
    private readonly Connectivity connectivity;

    public ConnectivityTests()
    {
        connectivity = new(time);
        connectivity.Changes.Subscribe(news.Add);
    }

    public void Dispose() => connectivity.Dispose();

    [Fact]
    public void At_first_it_is_offline() => Assert.Equal([false], news);

    [Fact]
    public void It_is_online_when_it_has_been_for_long_enough_and_not_a_moment_earlier()
    {
        connectivity.Report(true);
        time.AdvanceBy(Connectivity.Settle - TimeSpan.FromTicks(1));
        Assert.False(connectivity.IsOnline);

        time.AdvanceBy(TimeSpan.FromTicks(1));

        Assert.True(connectivity.IsOnline);
        Assert.Equal([false, true], news);
    }

    [Fact]
    public void A_flap_is_no_news()
    {
        connectivity.Report(true);
        time.AdvanceBy(Connectivity.Settle);
        for (var i = 0; i < 5; i++)
        {
            connectivity.Report(false);
            time.AdvanceBy(Connectivity.Settle / 2);
            connectivity.Report(true);
            time.AdvanceBy(Connectivity.Settle / 2);
        }

        time.AdvanceBy(Connectivity.Settle);

        Assert.Equal([false, true], news);
    }

    [Fact]
    public void Many_reports_of_one_kind_are_one_piece_of_news()
    {
        for (var i = 0; i < 10; i++)
        {
            connectivity.Report(true);
            time.AdvanceBy(Connectivity.Settle / 2);
        }

        Assert.Equal([false, true], news);
    }
}
