using System.Net;
using System.Text;
using MqttPay.FirmwareSim.Devices;
using MqttPay.IntegrationTests.Mqtt;
using MqttPay.Wire;

namespace MqttPay.IntegrationTests.Gateway;

/// <summary>A device's MQTT 5 connection, byte by byte: what was acknowledged how, and what came after it.</summary>
internal sealed class WireProbe : IDisposable
{
    private const byte Mqtt5 = 5;
    private const string Pong = "D000";
    private const string Taken = "00";

    private readonly RawClient client;
    private ushort packet = 1;

    private WireProbe(RawClient client) => this.client = client;

    /// <summary>The newest reply as it came; null after silence.</summary>
    public byte[]? Reply { get; private set; }

    public int Notices { get; private set; }

    public static async Task<WireProbe> OpenAsync(IPEndPoint broker, DeviceIdentity device)
    {
        var kid = device.Kid.ToString();
        var client = await RawClient.LogInAsync(broker, Mqtt5, kid, kid, device.Password);
        await client.SubscribeAsync(Mqtt5, Topics.Reply(device.Kid));
        return new(client);
    }

    /// <summary>
    /// Publishes and says what happened: the reason in the PUBACK, and the reply or its absence. The broker answers a
    /// PINGREQ after all that it owes, so silence needs no waiting. What was shed has no reply to wait for.
    /// </summary>
    public async Task<string> SendAsync(string topic, byte[] message, bool awaitReply)
    {
        Reply = null;
        await client.SendAsync(RawClient.Publish(Mqtt5, topic, message, ++packet));
        string? reason = null;
        while (reason is null || (awaitReply && reason == Taken && Reply is null))
        {
            var heard = await client.ReadAsync();
            if (heard == "closed") return $"{reason ?? "no PUBACK"}, closed";
            if (heard.StartsWith('4')) reason = heard.Length > 8 ? heard[8..10] : "00";
            else if (heard.StartsWith('E')) return $"{reason ?? "no PUBACK"}, closed";
            else Take(heard);
        }

        if (!awaitReply || reason != Taken)
        {
            for (var heard = await client.PingAsync(); heard != Pong; heard = await client.ReadAsync())
            {
                if (heard == "closed" || heard.StartsWith('E')) return $"{reason}, closed";
                Take(heard);
            }
        }

        return $"{reason}, {Words()}";
    }

    public void Dispose() => client.Dispose();

    private string Words()
    {
        if (Reply is null) return "silence";
        return ReplyCodec.TryParse(Reply, out var reply) is not WireError.None ? "no reply of ours" : reply switch
        {
            MqttPay.Wire.Reply.Hint hint => $"hint {(int)hint.Code}",
            MqttPay.Wire.Reply.Final final => $"code {(int)final.Decision.Code}",
            _ => throw new InvalidOperationException("A notice is no reply."),
        };
    }

    /// <summary>Takes the payload out of a PUBLISH with QoS 1.</summary>
    private void Take(string heard)
    {
        var bytes = Convert.FromHexString(heard);
        if (bytes[0] >> 4 != 3) throw new InvalidOperationException($"The broker sent {heard}.");
        var at = 1;
        while (bytes[at++] >= 0x80) { }
        var topic = (bytes[at] << 8) | bytes[at + 1];
        if (!Encoding.ASCII.GetString(bytes, at + 2, topic).EndsWith("/r", StringComparison.Ordinal)) return;
        at += 2 + topic + 2;
        var payload = bytes[(at + 1 + bytes[at])..];
        if (ReplyCodec.TryParse(payload, out var reply) is WireError.None && reply is MqttPay.Wire.Reply.Notice)
            Notices++;   // A payee's device hears of payments that it did not ask about.
        else
            Reply = payload;
    }
}
