using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Rounds;

/// <summary>A parsed request on its way through the edge.</summary>
public sealed class Incoming(
    PaymentRequest request, Hash digest, byte[] message, SignatureAlgorithm algorithm, object? token)
{
    public PaymentRequest Request { get; } = request;

    /// <summary>Hash of the signed content: requests are the same when their digests are.</summary>
    public Hash Digest { get; } = digest;

    /// <summary>The request's bytes as they came; the journal keeps them.</summary>
    public byte[] Message { get; } = message;

    public SignatureAlgorithm Algorithm { get; } = algorithm;

    /// <summary>Whatever the shell needs to answer; core only carries it.</summary>
    public object? Token { get; } = token;
}
