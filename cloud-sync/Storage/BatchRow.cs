using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.CloudSync.Storage;

/// <summary>An accepted batch as stored, with the answer that it got.</summary>
internal sealed record BatchRow(
    long BatchNo, short Branch, long FirstRound, RoundHeader Last, Hash PreviousHead, Hash Head, byte[] Rounds,
    byte[] Seal, int Accepted,
    int Declined, int Rejected, DateOnly BusinessDate, DateTime ReceivedAt, byte[] Ack);
