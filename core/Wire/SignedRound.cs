using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>A round as it is journalled and sent to the cloud: [signed-round, [+ leaf], ? [+ attachment]].</summary>
/// <param name="Message">The COSE_Sign1 message over the header.</param>
/// <param name="Attachments">
/// The signed cloud documents that the round's events apply: grants, policies, deny lists.
/// </param>
public sealed record SignedRound(
    byte[] Message, RoundHeader Header, Hash Root, IReadOnlyList<Leaf> Leaves, IReadOnlyList<byte[]> Attachments);
