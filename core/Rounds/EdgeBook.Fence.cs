using MqttPay.Wire;

namespace MqttPay.Rounds;

/// <summary>What remains of a book when the cloud begins a new fence.</summary>
public sealed partial class EdgeBook
{
    /// <summary>
    /// Goes on after the round that the cloud's order names, under its fence. The old fence's leases are dead, and
    /// their holds with them. Names of rounds that both sides have stay decided; what was decided beyond is the cloud's
    /// to judge, so those names are stale here and never decided again.
    /// </summary>
    internal void Refence(Ack order)
    {
        Invariant.Holds(order.Edge == Edge && order.Fence > Fence);
        foreach (var (id, record) in names.ToArray())
            if (record.Place.Round > order.Round) names.Remove(id);
        foreach (var device in devices.Values)
        {
            device.Unacknowledged = default;
            if (Head > order.Round) device.ForgottenThrough = device.Chain.LastSequence;
        }

        foreach (var account in accounts.Values) account.Unacknowledged = default;
        unacknowledged.Clear();
        payeeExposure.Clear();
        EdgeExposureMinor = 0;
        if (!Planted.Is(Bug.P33)) ForgetLeases();
        rootStarts.Clear();
        firstRoundHeld = order.Round + 1;
        (Fence, Head, HeadRoot, Watermark) = (order.Fence, order.Round, order.Root, order.Round);
        Frozen = FreezeCause.None;
        Batches.Restart(order.Round + 1);
    }

    private void ForgetLeases()
    {
        leases.Clear();
        activeLeases.Clear();
        stopped.Clear();
        stoppedByTime.Clear();
        ends.Clear();
        newestSales.Clear();
        touched.Clear();
        Holds.Clear();
    }
}
