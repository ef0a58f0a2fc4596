using System.Numerics;
using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>
/// The requests of devices: one pass over the bytes, nothing allocated, nothing thrown, before any signature work.
/// </summary>
public static class RequestCodec
{
    /// <summary>No request is longer; the largest possible one takes 202 bytes.</summary>
    public const int MessageMax = 256;

    /// <summary>
    /// Parses a message. On error the view still tells the name, as far as it was read, and the offset.
    /// </summary>
    public static WireError TryParse(ReadOnlySpan<byte> message, out RequestView view)
    {
        view = default;
        if (message.IsEmpty) return WireError.Empty;
        if (message.Length > MessageMax) return WireError.TooLong;
        var reader = new StrictReader(message);
        if (!EnvelopeReader.ReadStart(ref reader, out var algorithm, out var kid, out var payload))
        {
            view = new() { ErrorOffset = reader.ErrorOffset };
            return reader.Error;
        }
        var values = default(RequestValues);
        var body = new StrictReader(message[..payload.End.Value], payload.Start.Value);
        var error = ReadPayload(ref body, ref values);
        var offset = body.ErrorOffset;
        var signature = default(Range);
        if (error is WireError.None)
        {
            EnvelopeReader.ReadEnd(ref reader, algorithm, out signature);
            error = reader.End();
            offset = reader.ErrorOffset;
        }
        view = new()
        {
            Kid = kid,
            Algorithm = algorithm,
            Operation = values.Operation,
            HasName = values.HasName,
            Epoch = values.Epoch,
            Sequence = values.Sequence,
            Edge = values.Edge,
            ErrorOffset = offset,
            Values = values,
            Payload = payload,
            SignatureRange = signature,
        };
        return error;
    }

    /// <summary>Encodes what is signed. A request without the fields of its operation is a caller's bug.</summary>
    public static byte[] EncodePayload(PaymentRequest request)
    {
        var present = PresentIn(request);
        if (RequestFields.Of(request.Operation).Check(present) is not WireError.None and var error)
            throw new ArgumentException($"not the fields of {request.Operation}: {error}", nameof(request));
        var writer = new StrictWriter(128).Map(BitOperations.PopCount((uint)present));
        for (var label = 1; label <= RequestFields.LabelMax; label++)
            if ((present >> label & 1) != 0) Write(writer.Unsigned(label), request, label);
        return writer.ToArray();
    }

    private static WireError ReadPayload(ref StrictReader reader, ref RequestValues values)
    {
        reader.StartMap();
        if (!reader.Required(RequestFields.Op)) return reader.Error;
        var operation = ReadOperation(ref reader);
        if (!reader.Ok) return reader.Error;
        values.Operation = operation;
        values.Present = 1 << RequestFields.Op;
        var fields = RequestFields.Of(operation);
        while (reader.InMap)
        {
            if (!reader.Label(out var label)) return reader.Error;
            if (label > RequestFields.LabelMax) reader.Fail(WireError.UnknownLabel);
            else if (!fields.Allows(label)) reader.Fail(WireError.LabelNotAllowed);
            values.Read(ref reader, label);
            reader.Took(label);
        }
        reader.End();
        if (reader.Ok && fields.Check(values.Present) is not WireError.None and var error) reader.Fail(error);
        return reader.Error;
    }

    private static Operation ReadOperation(ref StrictReader reader)
    {
        if (!reader.Head(out var type, out var value)) return default;
        if (type is not 0) reader.Fail(WireError.WrongType);
        else if (value is < (int)Operation.Sale or > (int)Operation.Status) reader.Fail(WireError.UnknownOp);
        return reader.Ok ? (Operation)value : default;
    }

    private static int PresentIn(PaymentRequest request)
    {
        var fields = RequestFields.Of(request.Operation);
        var hasMoney = fields.Allows(RequestFields.Amount);
        var present = 1 << RequestFields.Op | 1 << RequestFields.Epoch | 1 << RequestFields.Edge;
        Add(RequestFields.Sequence, request.Sequence != 0);
        Add(RequestFields.Account, request.Account is not null);
        Add(RequestFields.Amount, hasMoney || request.AmountMinor != 0);
        Add(RequestFields.Currency, hasMoney || request.Currency != 0);
        Add(RequestFields.DeviceTime, request.DeviceTime is not null);
        Add(RequestFields.Previous, request.Previous != 0 || fields.Allows(RequestFields.Previous));
        Add(RequestFields.ReferenceSequence, request.ReferenceSequence is not null);
        Add(RequestFields.Receipt, request.LastReceipt is not null);
        Add(RequestFields.Context, request.Context is not null);
        Add(RequestFields.Flags, request.Flags is not RequestFlags.None);
        Add(RequestFields.Payee, request.Payee is not null);
        Add(RequestFields.ReferenceId, request.ReferenceId is not null);
        Add(RequestFields.Tick, request.Tick != 0);
        return present;

        void Add(int label, bool has) => present |= has ? 1 << label : 0;
    }

    private static void Write(StrictWriter writer, PaymentRequest request, int label) => _ = label switch
    {
        RequestFields.Op => writer.Unsigned((int)request.Operation),
        RequestFields.Epoch => writer.Unsigned(request.Epoch),
        RequestFields.Sequence => writer.Unsigned(request.Sequence),
        RequestFields.Account => writer.Bytes8(request.Account!.Value.Value),
        RequestFields.Amount => writer.Unsigned(request.AmountMinor),
        RequestFields.Currency => writer.Unsigned(request.Currency),
        RequestFields.DeviceTime => writer.Unsigned(request.DeviceTime!.Value),
        RequestFields.Previous => writer.Bytes16(request.Previous),
        RequestFields.ReferenceSequence => writer.Unsigned(request.ReferenceSequence!.Value),
        RequestFields.Receipt => writer.Receipt(request.LastReceipt!.Value),
        RequestFields.Context => writer.Unsigned(request.Context!.Value),
        RequestFields.Flags => writer.Unsigned((int)request.Flags),
        RequestFields.Edge => writer.Unsigned(request.Edge),
        RequestFields.Payee => writer.Unsigned(request.Payee!.Value),
        RequestFields.ReferenceId => writer.Bytes16(request.ReferenceId!.Value.Value),
        RequestFields.Tick => writer.Unsigned(request.Tick),
        _ => throw new ArgumentOutOfRangeException(nameof(label)),
    };
}
