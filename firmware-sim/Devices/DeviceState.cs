using MqttPay.Payments;

namespace MqttPay.FirmwareSim.Devices;

/// <summary>All that a device must remember across a power cut.</summary>
internal sealed record DeviceState
{
    public const int DoubtsMax = 4;

    public const int NotedMax = 8;

    /// <summary>0 until the first configuration came.</summary>
    public uint Epoch { get; init; }

    /// <summary>The newest sequence that was ever signed in this epoch: never used for other content.</summary>
    public long LastSequence { get; init; }

    /// <summary>First 16 bytes of the digest of the newest signed request; zero at the start of an epoch.</summary>
    public UInt128 Previous { get; init; }

    public OpenRequest? Open { get; init; }

    /// <summary>Of the newest final reply that passed every check.</summary>
    public LastReceipt? Receipt { get; init; }

    /// <summary>
    /// The newest configuration as the cloud signed it, so that a reply can be checked right after a start.
    /// </summary>
    public byte[]? Config { get; init; }

    /// <summary>What an INCREMENT, a VOUCHER and a VOID refer to; null when nothing is held.</summary>
    public HeldPayment? Held { get; init; }

    /// <summary>Requests that may have taken money at other edges, the oldest first.</summary>
    public IReadOnlyList<Doubt> Doubts { get; init; } = [];

    /// <summary>A payee's device: what it was notified of and has not finished, the oldest first.</summary>
    public IReadOnlyList<NotedHold> Noted { get; init; } = [];

    /// <summary>The edge has seen other content under our name: this epoch is over.</summary>
    public bool Stopped { get; init; }
}
