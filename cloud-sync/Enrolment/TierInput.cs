namespace MqttPay.CloudSync.Enrolment;

/// <summary>A class of devices in a policy: it may shrink limits and ask online more often, and nothing else.</summary>
internal sealed record TierInput
{
    public int Number { get; init; }

    public int FactorBasisPoints { get; init; } = 10_000;

    public uint DenyMask { get; init; }

    public uint OnlineMask { get; init; }

    public uint DefaultMask { get; init; }

    public bool WantsAttestation { get; init; }

    public bool WantsScore { get; init; }
}
