using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MqttPay.Payments;

/// <summary>
/// Which payments are sampled for going online, as EMV's biased random selection, but by a keyed hash of the payment
/// id: nobody can foresee it, and a replay picks the same.
/// </summary>
public static class RandomPick
{
    public static bool Picks(Policy policy, RequestName name, long amountMinor)
    {
        var share = ShareOf(policy, amountMinor);
        if (policy.PickKey is not { } key || share == 0) return false;
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(id, PaymentId.Of(name).Value);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, id, mac);
        return BinaryPrimitives.ReadUInt32BigEndian(mac) % Limits.Whole < (uint)share;
    }

    /// <summary>The target share below the threshold, then rising linearly to the maximum at the floor.</summary>
    public static int ShareOf(Policy policy, long amountMinor)
    {
        var (target, most) = (policy.PickTargetBasisPoints, policy.PickMaximumBasisPoints);
        if (amountMinor < policy.PickThresholdMinor || most <= target) return target;
        if (amountMinor >= policy.FloorMinor) return most;
        var (above, range) = (amountMinor - policy.PickThresholdMinor, policy.FloorMinor - policy.PickThresholdMinor);
        return target + (int)((Int128)(most - target) * above / range);
    }
}
