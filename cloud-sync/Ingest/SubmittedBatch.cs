using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;

namespace MqttPay.CloudSync.Ingest;

/// <summary>A batch that parses and whose rounds follow each other. No signature is checked yet.</summary>
/// <param name="Seal">Null only of a lost history, which may have ended before it was sealed.</param>
internal sealed record SubmittedBatch(byte[] Body, IReadOnlyList<SignedRound> Rounds, Seal? Seal, byte[] SealBody)
{
    public RoundHeader First => Rounds[0].Header;

    public RoundHeader Last => Rounds[^1].Header;

    public Hash Head => Rounds[^1].Root;

    public ChainRun Run { get; } =
        new(Rounds[0].Header.Number, Rounds[0].Header.PreviousRoot, [.. Rounds.Select(round => round.Root)]);
}
