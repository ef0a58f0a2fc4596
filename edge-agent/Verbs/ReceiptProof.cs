using MqttPay.EdgeAgent.Http;
using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Verbs;

/// <summary>
/// Checks offline that an edge decided a payment as a report says: inclusion in the signed round, and the signature.
/// </summary>
internal static class ReceiptProof
{
    /// <summary>
    /// Returns what is wrong, or null. The report itself is not believed, only its request and its reply.
    /// </summary>
    public static string? Fault(PaymentReport report, PublicKey edgeKey)
    {
        if (report.Request is null || report.Reply is null) return "the proof is not in the file";
        if (BytesOf(report.Request) is not { } message || BytesOf(report.Reply) is not { } bytes)
            return "request or reply is not hex";
        if (RequestCodec.TryParse(message, out var view) is var wrong and not WireError.None)
            return $"the request: {wrong}";
        if (ReplyCodec.TryParse(bytes, out var reply) is var bad and not WireError.None) return $"the reply: {bad}";
        if (reply is not Reply.Final final) return "the reply is not final";

        var request = view.ToRequest();
        var verdict = Receipt.Check(
            final, request.Name, view.Digest(message), request.Edge, edgeKey, out var toBeSigned, out var signature);
        if (verdict is not ReceiptVerdict.Ok) return $"the receipt: {AgentJson.NameOf(verdict)}";
        using var key = VerifyingKey.TryCreate(edgeKey);
        if (key is null || !key.Verify(toBeSigned, signature)) return "the round's signature is not this edge's";
        return Difference(report, request, final);
    }

    private static string? Difference(PaymentReport report, PaymentRequest request, Reply.Final final)
    {
        if (report.PaymentId != PaymentId.Of(request.Name).ToString()) return "the payment id is another payment's";
        if (report.AmountMinor != final.Decision.AmountMinor) return "the amount is not the one that was decided";
        return report.Code != AgentJson.NameOf(final.Decision.Code) ? "the code is not the one that was decided" : null;
    }

    private static byte[]? BytesOf(string hex)
    {
        var bytes = new byte[hex.Length / 2];
        return Convert.FromHexString(hex, bytes, out _, out _) is System.Buffers.OperationStatus.Done ? bytes : null;
    }
}
