using System.Net;
using System.Net.Sockets;
using MqttPay.FirmwareSim;
using Xunit;

namespace MqttPay.UnitTests.FirmwareSim;

public sealed class RelayTests : IAsyncDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly TcpListener server = new(IPAddress.Loopback, 0);
    private readonly Relay relay;

    public RelayTests()
    {
        server.Start();
        relay = new((IPEndPoint)server.LocalEndpoint, TimeProvider.System);
    }

    [Fact]
    public async Task Passes_bytes_in_both_directions()
    {
        using var near = await ConnectAsync();
        using var far = await server.AcceptSocketAsync(Cancel);

        await near.SendAsync("ping"u8.ToArray(), Cancel);
        Assert.Equal("ping", await ReadAsync(far, 4));
        await far.SendAsync("pong"u8.ToArray(), Cancel);
        Assert.Equal("pong", await ReadAsync(near, 4));
    }

    [Fact]
    public async Task A_black_hole_keeps_the_connection_and_lets_nothing_through_until_it_ends()
    {
        using var near = await ConnectAsync();
        using var far = await server.AcceptSocketAsync(Cancel);
        relay.Set(RelayMode.BlackHole);

        await near.SendAsync("late"u8.ToArray(), Cancel);
        var arriving = ReadAsync(far, 4);
        using var newcomer = await ConnectAsync();
        await newcomer.SendAsync("new"u8.ToArray(), Cancel);
        var before = (arriving.IsCompleted, server.Pending());
        relay.Set(RelayMode.Pass);

        Assert.Equal("late", await arriving);
        Assert.Equal((false, false), before);
        using var second = await server.AcceptSocketAsync(Cancel);
        Assert.Equal("new", await ReadAsync(second, 3));
    }

    [Fact]
    public async Task A_reset_ends_old_and_new_connections_at_once()
    {
        using var near = await ConnectAsync();
        using var far = await server.AcceptSocketAsync(Cancel);

        relay.Set(RelayMode.Reset);

        await Assert.ThrowsAnyAsync<SocketException>(() => ReadAsync(near, 1));
        // The reset may meet a newcomer while it connects or when it first reads.
        await Assert.ThrowsAnyAsync<SocketException>(async () =>
        {
            using var newcomer = await ConnectAsync();
            await ReadAsync(newcomer, 1);
        });
    }

    public async ValueTask DisposeAsync()
    {
        await relay.DisposeAsync();
        server.Dispose();
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(relay.Address, Cancel);
        return socket;
    }

    /// <summary>An orderly end counts as a fault here too.</summary>
    private static async Task<string> ReadAsync(Socket socket, int count)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            var more = await socket.ReceiveAsync(bytes.AsMemory(read), Cancel);
            if (more == 0) throw new SocketException((int)SocketError.Disconnecting);
            read += more;
        }

        return System.Text.Encoding.ASCII.GetString(bytes);
    }
}
