namespace MqttPay.Wire;

/// <summary>What an edge posts: [1, [+ round]], the rounds as they are in the journal.</summary>
public static class BatchCodec
{
    private const int Version = 1;

    public static byte[] Encode(IReadOnlyList<byte[]> encodedRounds)
    {
        var writer = new StrictWriter(16 + encodedRounds.Sum(round => round.Length))
            .Array(2).Unsigned(Version).Array(encodedRounds.Count);
        foreach (var round in encodedRounds) writer.Raw(round);
        return writer.ToArray();
    }

    public static WireError TryParse(ReadOnlySpan<byte> bytes, out IReadOnlyList<SignedRound> rounds)
    {
        rounds = [];
        if (bytes.IsEmpty) return WireError.Empty;
        var reader = new StrictReader(bytes);
        reader.Array(2);
        reader.Small(Version, Version);
        var read = new List<SignedRound>();
        var leaves = 0;
        for (var left = reader.Array(1, WireLimits.BatchLeavesMax); left > 0; left--)
        {
            if (!RoundCodec.ReadRound(ref reader, bytes, out var round)) break;
            read.Add(round!);
            leaves += round!.Leaves.Count;
            if (leaves > WireLimits.BatchLeavesMax) reader.Fail(WireError.TooLong);
        }
        if (reader.End() is not WireError.None and var error) return error;
        rounds = read;
        return WireError.None;
    }
}
