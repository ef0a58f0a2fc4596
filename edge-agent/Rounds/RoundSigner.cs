using MqttPay.Host.Signatures;
using MqttPay.Rounds;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Rounds;

/// <summary>
/// The edge's key at work, once per round. The signature is stored with the round: ES256 signed again gives other
/// bytes.
/// </summary>
internal sealed class RoundSigner(SigningKey key)
{
    private SigningKey active = key;

    /// <summary>From the next round on another key signs. On the loop's thread.</summary>
    public void Use(SigningKey next) => active = next;

    public SignedRound Sign(Round round)
    {
        var own = active.Public;
        var toBeSigned = CoseSign1.ToBeSigned(MessageKind.Round, own.Id, own.Algorithm, round.HeaderBytes);
        var message = CoseSign1.Encode(own.Id, own.Algorithm, round.HeaderBytes, active.Sign(toBeSigned));
        return new(message, round.Header, round.Root, round.Leaves, round.Attachments);
    }
}
