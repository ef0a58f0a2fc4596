namespace MqttPay.Wire;

/// <summary>Events: [kind, field…]. The kinds' numbers are in journals and never move.</summary>
public static class EventCodec
{
    private const int BootIdMax = 32, VersionMax = 64;

    public static byte[] Encode(RoundEvent content) => content switch
    {
        RoundEvent.Start e => Kind(1, 5).Text(e.Version).Boolean(e.Clean).Bytes(e.BootId)
            .Unsigned(e.BootSeconds).Unsigned(e.ElapsedSeconds).ToArray(),
        RoundEvent.LeaseOn e => Kind(2, 2).Unsigned(e.Lease).Unsigned(e.SinceSeconds).ToArray(),
        RoundEvent.LeaseStop e => Kind(3, 2).Unsigned(e.Lease).Unsigned(e.Reason).ToArray(),
        RoundEvent.LeaseClose e =>
            Kind(4, 3).Unsigned(e.Lease).Unsigned(e.SpentMinor).Unsigned(e.RemainingMinor).ToArray(),
        RoundEvent.HoldEnd e => Kind(5, 5).Bytes8(e.Kid.Value).Unsigned(e.Epoch).Unsigned(e.Sequence)
            .Boolean(e.Captured).Unsigned(e.AmountMinor).ToArray(),
        RoundEvent.VoucherKept e => Kind(6, 1).Bytes(e.Message).ToArray(),
        RoundEvent.Conflict e => Kind(7, 2).Bytes(e.First).Bytes(e.Second).ToArray(),
        RoundEvent.PolicyOn e => Kind(8, 1).Unsigned(e.Version).ToArray(),
        RoundEvent.DenyOn e => Kind(9, 1).Unsigned(e.Version).ToArray(),
        RoundEvent.Frozen { Receipt: null } e => Kind(10, 1).Unsigned(e.Cause).ToArray(),
        RoundEvent.Frozen e => Kind(10, 2).Unsigned(e.Cause).Receipt(e.Receipt!.Value).ToArray(),
        Seal e => SealCodec.Write(Kind(11, 9), e).ToArray(),
        RoundEvent.Clock e => Kind(12, 3).Unsigned(e.ElapsedSeconds).Unsigned(e.Unix).Unsigned(e.Source).ToArray(),
        RoundEvent.RosterOn e => Kind(13, 3).Unsigned(e.Version).Unsigned(e.Payee).Hash(e.Digest).ToArray(),
        _ => throw new ArgumentException("an unknown event", nameof(content)),
    };

    public static WireError TryParse(ReadOnlySpan<byte> bytes, out RoundEvent? content)
    {
        content = null;
        if (bytes.IsEmpty) return WireError.Empty;
        if (bytes.Length > WireLimits.EventMax) return WireError.TooLong;
        var reader = new StrictReader(bytes);
        var fields = reader.Array(2, 10) - 1;
        var kind = reader.Small(1, 255);
        var read = Read(ref reader, kind, fields);
        if (reader.End() is not WireError.None and var error) return error;
        content = read;
        return WireError.None;
    }

    private static RoundEvent? Read(ref StrictReader reader, int kind, int fields)
    {
        if (reader.Ok && !HasFields(kind, fields)) reader.Fail(kind > 13 ? WireError.OutOfRange : WireError.WrongSize);
        if (!reader.Ok) return null;
        return kind switch
        {
            1 => new RoundEvent.Start(
                reader.Text(1, VersionMax), reader.Boolean(), reader.Bytes(0, BootIdMax).ToArray(),
                reader.U63OrZero(), reader.U63OrZero()),
            2 => new RoundEvent.LeaseOn(reader.U63(), reader.U63OrZero()),
            3 => new RoundEvent.LeaseStop(reader.U63(), reader.Small(0, 255)),
            4 => new RoundEvent.LeaseClose(reader.U63(), reader.U63OrZero(), reader.U63OrZero()),
            5 => new RoundEvent.HoldEnd(reader.Kid(), reader.U32(), reader.U63(), reader.Boolean(), reader.Amount(0)),
            6 => new RoundEvent.VoucherKept(reader.Bytes(1, RequestCodec.MessageMax).ToArray()),
            7 => new RoundEvent.Conflict(
                reader.Bytes(1, RequestCodec.MessageMax).ToArray(), reader.Bytes(1, RequestCodec.MessageMax).ToArray()),
            8 => new RoundEvent.PolicyOn(reader.U32()),
            9 => new RoundEvent.DenyOn(reader.U32()),
            10 => new RoundEvent.Frozen(reader.Small(0, 255), fields is 2 ? reader.Receipt() : null),
            11 => SealCodec.Read(ref reader),
            13 => new RoundEvent.RosterOn(reader.U32(), reader.U32OrZero(), reader.Hash()),
            _ => new RoundEvent.Clock(reader.U63OrZero(), reader.U32OrZero(), reader.Small(0, 255)),
        };
    }

    private static bool HasFields(int kind, int fields) => kind switch
    {
        6 or 8 or 9 => fields is 1,
        2 or 3 or 7 => fields is 2,
        10 => fields is 1 or 2,
        4 or 12 or 13 => fields is 3,
        1 or 5 => fields is 5,
        11 => fields is 9,
        _ => false,
    };

    private static StrictWriter Kind(int kind, int fields) => new StrictWriter(128).Array(fields + 1).Unsigned(kind);
}
