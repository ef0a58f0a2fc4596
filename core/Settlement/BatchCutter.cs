using MqttPay.Wire;

namespace MqttPay.Settlement;

/// <summary>Decides when a run of rounds is closed by a SEAL and becomes a batch.</summary>
public static class BatchCutter
{
    /// <summary>A batch never has more leaves, its SEAL included.</summary>
    public const int LeavesMax = Limits.BatchLeavesMax;

    public static readonly TimeSpan SealAfter = TimeSpan.FromSeconds(2);

    /// <param name="unsentLeaves">Leaves since the last SEAL.</param>
    /// <param name="nextLeaves">Leaves of the round that is built now, its SEAL included.</param>
    /// <param name="sinceFirstUnsent">How long the oldest of them waits.</param>
    /// <param name="sealAfter">What the cloud asked for in its last answer, or <see cref="SealAfter"/>.</param>
    public static bool MustSeal(
        int unsentLeaves, int nextLeaves, TimeSpan sinceFirstUnsent, bool connected, bool cutOff, TimeSpan sealAfter)
    {
        if (unsentLeaves == 0) return false;
        if (cutOff) return true;
        if (nextLeaves >= LeavesMax - unsentLeaves) return true;
        return connected && sinceFirstUnsent >= sealAfter;
    }
}
