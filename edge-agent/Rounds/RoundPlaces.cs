using MqttPay.EdgeAgent.Storage;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Rounds;

/// <summary>
/// Reads a round's place in the chain from its bytes, for the header of a segment that begins with it.
/// </summary>
internal static class RoundPlaces
{
    public static RoundPlace Of(ReadOnlyMemory<byte> payload) =>
        RoundCodec.TryParseRound(payload.Span, out var round, out _) is WireError.None
            ? new(round!.Header.Number, round.Header.PreviousRoot)
            : default;
}
