using MqttPay.Payments;

namespace MqttPay.FirmwareSim.Devices;

/// <summary>All that a device must remember across a power cut.</summary>
internal sealed record DeviceState
{
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

    /// <summary>The newest approved SALE that is only held, 0 when none: what a VOID refers to.</summary>
    public long HeldSequence { get; init; }

    /// <summary>The edge has seen other content under our name: this epoch is over.</summary>
    public bool Stopped { get; init; }
}
