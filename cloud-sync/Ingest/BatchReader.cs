using MqttPay.Wire;

namespace MqttPay.CloudSync.Ingest;

/// <summary>
/// Reads what an edge posted, as far as that takes no key: shapes, numbers, previous roots, and the SEAL's place.
/// </summary>
internal static class BatchReader
{
    public const int BodyMax = 4 << 20;

    /// <param name="branch">A run of a lost history, which need not end with a SEAL.</param>
    public static SubmittedBatch? Read(
        uint edge, byte[] body, out IngestResult.Refused? refused, bool branch = false)
    {
        refused = null;
        if (body.Length > BodyMax) return Refuse("A batch has at most 4 MB.", out refused);
        if (BatchCodec.TryParse(body, out var rounds) is not WireError.None and var error)
            return Refuse($"The batch does not parse: {error}.", out refused);

        var first = rounds[0].Header;
        for (var index = 0; index < rounds.Count; index++)
        {
            var header = rounds[index].Header;
            if (header.Edge != edge) return Refuse("A round is another edge's.", out refused);
            if (header.Fence != first.Fence) return Refuse("The rounds have different fences.", out refused);
            if (header.Number != first.Number + index)
                return Refuse("A round is missing within the batch.", out refused);
            if (index > 0 && header.PreviousRoot != rounds[index - 1].Root)
                return Refuse($"Round {header.Number} does not follow the one before it.", out refused);
        }

        if (branch) return new(body, rounds, null, []);
        if (rounds[^1].Leaves[^1] is not Leaf.Event last
            || EventCodec.TryParse(last.Body, out var content) is not WireError.None || content is not Seal seal)
            return Refuse("The last leaf is no SEAL.", out refused);
        return seal.FirstRound == first.Number
            ? new(body, rounds, seal, last.Body)
            : Refuse("The SEAL names another first round.", out refused);
    }

    private static SubmittedBatch? Refuse(string reason, out IngestResult.Refused? refused)
    {
        refused = new("MP6005", reason);
        return null;
    }
}
