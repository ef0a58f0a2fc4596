using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Rounds;

/// <summary>
/// A receipt that a device echoes, held against this edge's own history: how a restored backup is caught.
/// </summary>
public static class Rollback
{
    /// <summary>Returns why the edge must freeze, or <see cref="FreezeCause.None"/>.</summary>
    /// <param name="rootStart">The first 4 bytes of the root of the receipt's round; null when no longer held.</param>
    public static FreezeCause Judge(
        LastReceipt receipt, uint edge, uint fence, long head, Func<long, uint?> rootStart,
        ReadOnlySpan<byte> witnessKey)
    {
        if (receipt.Edge != edge || receipt.Fence < fence) return FreezeCause.None;

        // Without the MAC any enrolled device could freeze an edge by inventing a round.
        if (!Witness.Matches(witnessKey, receipt) && !Planted.Is(Bug.P31)) return FreezeCause.None;

        if (receipt.Fence > fence) return FreezeCause.Replaced;
        if (receipt.Round > head) return FreezeCause.Rollback;
        if (rootStart(receipt.Round) is not { } known) return FreezeCause.None;
        return known == (uint)(receipt.Witness >> 32) ? FreezeCause.None : FreezeCause.Fork;
    }
}
