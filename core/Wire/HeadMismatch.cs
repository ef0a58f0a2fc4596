using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>
/// The body of a 409 to a batch: where the cloud's chain ends. {1: next round, 2: head root, 3: reason}.
/// </summary>
/// <param name="Reason">1 a gap, 2 a fork.</param>
public sealed record HeadMismatch(long NextRound, Hash HeadRoot, int Reason)
{
    public const int Gap = 1, Fork = 2;

    public byte[] Encode() => new StrictWriter(64).Map(3)
        .Unsigned(1).Unsigned(NextRound)
        .Unsigned(2).Hash(HeadRoot)
        .Unsigned(3).Unsigned(Reason)
        .ToArray();

    public static WireError TryParse(ReadOnlySpan<byte> bytes, out HeadMismatch? mismatch)
    {
        mismatch = null;
        if (bytes.IsEmpty) return WireError.Empty;
        var reader = new StrictReader(bytes);
        var outer = reader.StartMap();
        var next = reader.Required(1) ? reader.U63() : 0;
        var root = reader.Required(2) ? reader.Hash() : default;
        var reason = reader.Required(3) ? reader.Small(Gap, Fork) : 0;
        reader.EndMap(outer);
        if (reader.End() is not WireError.None and var error) return error;
        mismatch = new(next, root, reason);
        return WireError.None;
    }
}
