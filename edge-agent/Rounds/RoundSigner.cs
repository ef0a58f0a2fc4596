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
    public PublicKey Public => key.Public;

    public SignedRound Sign(Round round)
    {
        var toBeSigned =
            CoseSign1.ToBeSigned(MessageKind.Round, key.Public.Id, key.Public.Algorithm, round.HeaderBytes);
        var message = CoseSign1.Encode(key.Public.Id, key.Public.Algorithm, round.HeaderBytes, key.Sign(toBeSigned));
        return new(message, round.Header, round.Root, round.Leaves, round.Attachments);
    }
}
