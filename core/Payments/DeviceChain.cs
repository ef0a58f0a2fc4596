namespace MqttPay.Payments;

/// <summary>A device's newest name here, and what a further request is to it.</summary>
/// <param name="Epoch">The epoch of the newest name; 0 before the first request.</param>
public readonly record struct DeviceChain(uint Epoch, long LastSequence, Hash LastDigest)
{
    /// <summary>A sequence further ahead than this would let a clone burn the counter.</summary>
    public const long GapMax = 65_536;

    /// <summary>
    /// Places a request whose name is not stored. <paramref name="enrolledEpoch"/> is the cloud's record, and so is
    /// <paramref name="floor"/>, the newest sequence that it knows of where this edge lost part of its history.
    /// </summary>
    public SequenceStep Place(PaymentRequest request, uint enrolledEpoch, long floor = 0)
    {
        var current = Math.Max(enrolledEpoch, Epoch);
        if (request.Epoch < current) return SequenceStep.Stale;
        if (request.Epoch > current) return SequenceStep.RecordTooOld;

        var own = Epoch == current ? LastSequence : 0;
        var last = current == enrolledEpoch ? Math.Max(own, floor) : own;
        var tooFar = request.Sequence - last > GapMax && !Planted.Is(Bug.P20);
        if (request.Sequence <= last || tooFar) return SequenceStep.Stale;
        if (request.Sequence > last + 1 || last > own) return SequenceStep.Gap;   // Whose digest nobody here knows.
        return request.Previous == Expected(last) ? SequenceStep.Next : SequenceStep.Fork;
    }

    /// <summary>What prev16 must be in the next request: zero at first, then the start of the newest digest.</summary>
    private UInt128 Expected(long last) => last == 0 ? 0 : LastDigest.High;
}
