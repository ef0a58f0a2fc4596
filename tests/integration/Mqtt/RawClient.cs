using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace MqttPay.IntegrationTests.Mqtt;

/// <summary>A client that sends the bytes it is told to, right or wrong, and reads whole packets.</summary>
internal sealed class RawClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TcpClient tcp = new() { NoDelay = true };
    private readonly CancellationTokenSource limit = new(Patience);

    private NetworkStream Stream => tcp.GetStream();

    public static async Task<RawClient> OpenAsync(IPEndPoint endpoint)
    {
        var client = new RawClient();
        await client.tcp.ConnectAsync(endpoint, client.limit.Token);
        return client;
    }

    /// <summary>Opens, logs in and expects to be let in.</summary>
    public static async Task<RawClient> LogInAsync(
        IPEndPoint endpoint, byte level, string clientId, string? user = null, string password = "", bool clean = true,
        ushort keepAlive = 60, string properties = "")
    {
        var client = await OpenAsync(endpoint);
        await client.SendAsync(Connect(level, clientId, user, password, clean, keepAlive, properties));
        var answer = await client.ReadAsync();
        Assert.Equal("20", answer[..2]);
        Assert.Equal("00", answer[6..8]);
        return client;
    }

    public static byte[] Connect(
        byte level, string clientId, string? user = null, string password = "", bool clean = true,
        ushort keepAlive = 60, string properties = "")
    {
        var flags = (clean ? 2 : 0) | (user is null ? 0 : 0xC0);
        byte[] head = [0, 4, .. "MQTT"u8, level, (byte)flags, (byte)(keepAlive >> 8), (byte)(keepAlive & 0xFF)];
        var bytes = Convert.FromHexString(properties);
        byte[] middle = level == 5 ? [(byte)bytes.Length, .. bytes] : [];
        byte[] login = user is null ? [] : [.. Text(user), .. Text(password)];
        return Packet(0x10, [.. head, .. middle, .. Text(clientId), .. login]);
    }

    public static byte[] Publish(
        byte level, string topic, ReadOnlySpan<byte> payload, ushort packetId = 0, byte qos = 1)
    {
        byte[] id = qos == 0 ? [] : [(byte)(packetId >> 8), (byte)(packetId & 0xFF)];
        byte[] properties = level == 5 ? [0] : [];
        return Packet((byte)(0x30 | (qos << 1)), [.. Text(topic), .. id, .. properties, .. payload]);
    }

    public static byte[] Subscribe(byte level, string filter, byte qos = 1)
    {
        byte[] properties = level == 5 ? [0] : [];
        return Packet(0x82, [0, 1, .. properties, .. Text(filter), qos]);
    }

    public static byte[] Packet(byte first, byte[] body)
    {
        var header = new List<byte> { first };
        for (var rest = body.Length; ; rest >>= 7)
        {
            header.Add((byte)((rest & 0x7F) | (rest > 0x7F ? 0x80 : 0)));
            if (rest <= 0x7F) break;
        }

        return [.. header, .. body];
    }

    public async Task SendAsync(byte[] packet) => await Stream.WriteAsync(packet, limit.Token);

    public Task SendAsync(string hex) => SendAsync(Convert.FromHexString(hex));

    /// <summary>Subscribes and expects the filter to be granted.</summary>
    public async Task SubscribeAsync(byte level, string filter, byte qos = 1)
    {
        await SendAsync(Subscribe(level, filter, qos));
        Assert.EndsWith($"0{qos}", await ReadAsync(), StringComparison.Ordinal);
    }

    /// <summary>Connects and hears what comes first; "closed" also when the system says so while it connects.</summary>
    public static async Task<string> FirstWordAsync(IPEndPoint endpoint)
    {
        try
        {
            using var client = await OpenAsync(endpoint);
            return await client.ReadAsync();
        }
        catch (SocketException fault) when (fault.SocketErrorCode is SocketError.ConnectionReset)
        {
            return "closed";
        }
    }

    /// <summary>The next packet in hex; "closed" at the end of the stream, however it ended.</summary>
    public async Task<string> ReadAsync()
    {
        try
        {
            var head = new List<byte> { await ByteAsync() };
            var (length, shift) = (0, 0);
            do
            {
                head.Add(await ByteAsync());
                length |= (head[^1] & 0x7F) << shift;
                shift += 7;
            }
            while (head[^1] >= 0x80);

            var body = new byte[length];
            await Stream.ReadExactlyAsync(body, limit.Token);
            return Convert.ToHexString([.. head, .. body]);
        }
        catch (IOException)
        {
            return "closed";
        }
    }

    public async Task<string> PingAsync()
    {
        await SendAsync("C000");
        return await ReadAsync();
    }

    /// <summary>The answer to a PINGREQ, behind whatever else was on its way.</summary>
    public async Task<string> PingBehindPublishesAsync()
    {
        var answer = await PingAsync();
        while (answer.StartsWith('3')) answer = await ReadAsync();
        return answer;
    }

    public void Dispose()
    {
        tcp.Dispose();
        limit.Dispose();
    }

    private static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [(byte)(bytes.Length >> 8), (byte)(bytes.Length & 0xFF), .. bytes];
    }

    private async Task<byte> ByteAsync()
    {
        var one = new byte[1];
        await Stream.ReadExactlyAsync(one, limit.Token);
        return one[0];
    }
}
