using System.Collections.Concurrent;
using MqttPay.FirmwareSim.Mqtt;
using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.IntegrationTests.Gateway;

/// <summary>What a device's connection heard: the newest final reply of each name, and every hint.</summary>
internal sealed class Replies
{
    private readonly ConcurrentDictionary<(uint Epoch, long Sequence), byte[]> finals = new();

    public ConcurrentQueue<DecisionCode> Hints { get; } = new();

    public void Hear(LinkEvent heard)
    {
        if (heard is not LinkEvent.Reply(var message)) return;
        if (ReplyCodec.TryParse(message, out var reply) is not WireError.None) return;
        if (reply is Reply.Final final) finals[(final.Decision.Epoch, final.Decision.Sequence)] = message;
        else if (reply is Reply.Hint hint) Hints.Enqueue(hint.Code);
    }

    public byte[]? FinalOf(RequestName name) => finals.GetValueOrDefault((name.Epoch, name.Sequence));
}
