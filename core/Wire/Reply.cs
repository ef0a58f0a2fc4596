using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>What an edge publishes on <c>p/{kid}/r</c>.</summary>
public abstract record Reply
{
    private Reply() { }

    /// <summary>A final answer with its proof: the only thing that ends a request.</summary>
    /// <param name="SignedRound">The COSE_Sign1 message over the round's header.</param>
    public sealed record Final(
        byte[] DecisionBytes, Decision Decision, int Index, byte[] Path, byte[] SignedRound, RoundHeader Header,
        ulong Witness) : Reply;

    /// <summary>Unsigned and unstored; says nothing about money.</summary>
    public sealed record Hint(uint Epoch, long Sequence, DecisionCode Code, uint RetryMs) : Reply;

    /// <summary>A copy of a payer's decision for the device of the payee, who forms the payment id from it.</summary>
    public sealed record Notice(
        KeyId Kid, Hash Digest, byte[] DecisionBytes, Decision Decision, int Index, byte[] Path, byte[] SignedRound,
        RoundHeader Header) : Reply;
}
