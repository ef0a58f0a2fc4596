using System.Net;
using Microsoft.Extensions.Time.Testing;
using MqttPay.Broker.Host;
using Xunit;

namespace MqttPay.UnitTests.Broker;

public sealed class AdmissionTests
{
    private static readonly IPAddress Here = IPAddress.Loopback;
    private static readonly IPAddress There = IPAddress.Parse("192.0.2.1");

    private readonly FakeTimeProvider clock = new();

    [Fact]
    public void An_address_has_its_share_of_connections_that_have_not_logged_in()
    {
        var admission = new Admission(new() { UnauthenticatedPerAddressMax = 2, UnauthenticatedMax = 3 }, clock);
        Assert.True(admission.TryEnter(Here));
        Assert.True(admission.TryEnter(Here));
        Assert.False(admission.TryEnter(Here));
        Assert.True(admission.TryEnter(There));
        Assert.False(admission.TryEnter(There));
        admission.Authenticated(Here);
        Assert.True(admission.TryEnter(Here));
        admission.Leave(Here, false);
        admission.Leave(Here, true);
        admission.Leave(Here, false);
        Assert.True(admission.TryEnter(Here));
    }

    [Fact]
    public void All_connections_together_have_a_limit()
    {
        var admission = new Admission(new() { ConnectionsMax = 1 }, clock);
        Assert.True(admission.TryEnter(Here));
        admission.Authenticated(Here);
        Assert.False(admission.TryEnter(There));
        admission.Leave(Here, true);
        Assert.True(admission.TryEnter(There));
    }

    [Fact]
    public void An_address_has_a_limit_of_its_own()
    {
        var admission = new Admission(new() { ConnectionsPerAddressMax = 1 }, clock);
        Assert.True(admission.TryEnter(Here));
        admission.Authenticated(Here);
        Assert.False(admission.TryEnter(Here));
        Assert.True(admission.TryEnter(There));
    }

    [Fact]
    public void CONNECTs_come_in_at_their_rate_after_the_burst()
    {
        var admission = new Admission(new() { ConnectsBurst = 3, ConnectsPerSecond = 2 }, clock);
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => admission.TryConnect()));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => admission.TryConnect()));
    }

    [Fact]
    public void One_user_does_not_use_up_another_ones_rate()
    {
        var admission = new Admission(new() { ConnectsBurstOfUser = 1 }, clock);
        Assert.True(admission.TryConnect("a"));
        Assert.False(admission.TryConnect("a"));
        Assert.True(admission.TryConnect("b"));
    }
}
