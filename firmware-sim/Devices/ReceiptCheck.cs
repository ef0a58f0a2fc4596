using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.FirmwareSim.Devices;

/// <summary>
/// Everything that a device checks: the configuration under the pinned cloud key, and replies under the edge's.
/// </summary>
internal sealed class ReceiptCheck(KeyId kid, PublicKey cloudKey) : IDisposable
{
    private VerifyingKey? edge;

    public DeviceConfig? Config { get; private set; }

    /// <summary>
    /// Takes a configuration if the cloud signed it for this device and it is newer than the one in force.
    /// </summary>
    public ReplyProblem TakeConfig(byte[] message)
    {
        if (CoseSign1.TryParse(message, out var envelope) is not WireError.None) return ReplyProblem.Malformed;
        if (envelope.Kid != cloudKey.Id || envelope.Algorithm != cloudKey.Algorithm) return ReplyProblem.BadSignature;
        var payload = message.AsSpan()[envelope.Payload];
        if (ConfigCodec.TryParse(payload, out var config) is not WireError.None || config is null)
            return ReplyProblem.Malformed;
        if (config.Kid != kid) return ReplyProblem.ForAnother;
        if (Config is not null && config.Version <= Config.Version) return ReplyProblem.OldVersion;

        using var cloud = VerifyingKey.TryCreate(cloudKey);
        var toBeSigned = CoseSign1.ToBeSigned(MessageKind.Config, cloudKey.Id, cloudKey.Algorithm, payload);
        var signature = message.AsSpan()[envelope.Signature];
        if (cloud is null || !cloud.Verify(toBeSigned, signature)) return ReplyProblem.BadSignature;
        if (VerifyingKey.TryCreate(config.EdgeKey) is not { } key) return ReplyProblem.BadSignature;
        edge?.Dispose();
        edge = key;
        Config = config;
        return ReplyProblem.None;
    }

    /// <summary>None only if the reply answers exactly this request and the edge signed for it.</summary>
    public ReplyProblem Of(Reply.Final reply, OpenRequest open, RequestName name)
    {
        if (Config is null || edge is null) return ReplyProblem.NoConfig;
        if (RequestCodec.TryParse(open.Message, out var view) is not WireError.None) return ReplyProblem.Malformed;
        var digest = view.Digest(open.Message);
        var verdict = Receipt.Check(
            reply, name, digest, Config.Edge, Config.EdgeKey, out var toBeSigned, out var signature);
        if (verdict is not ReceiptVerdict.Ok) return ProblemOf(verdict);
        return edge.Verify(toBeSigned, signature) ? ReplyProblem.None : ReplyProblem.BadSignature;
    }

    /// <summary>None only if the edge signed that it approved what the notice says.</summary>
    public ReplyProblem Of(Reply.Notice notice)
    {
        if (Config is null || edge is null) return ReplyProblem.NoConfig;
        var verdict = Receipt.Check(notice, Config.Edge, Config.EdgeKey, out var toBeSigned, out var signature);
        if (verdict is not ReceiptVerdict.Ok) return ProblemOf(verdict);
        if (!edge.Verify(toBeSigned, signature)) return ReplyProblem.BadSignature;
        return notice.Decision.Approved ? ReplyProblem.None : ReplyProblem.NotApproved;
    }

    public void Dispose() => edge?.Dispose();

    private static ReplyProblem ProblemOf(ReceiptVerdict verdict) => verdict switch
    {
        ReceiptVerdict.WrongName => ReplyProblem.WrongName,
        ReceiptVerdict.WrongEdge => ReplyProblem.WrongEdge,
        ReceiptVerdict.WrongKey => ReplyProblem.BadSignature,
        ReceiptVerdict.NotIncluded => ReplyProblem.NotIncluded,
        _ => ReplyProblem.Malformed,
    };
}
