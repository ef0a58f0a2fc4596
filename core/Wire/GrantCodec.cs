using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>
/// {1: lease, 2: edge, 3: fence, ? 4: account, 5: currency, 6: amount, 7: unix, 8: spend-s, 9: policy, ? 10: ask-no}.
/// </summary>
public static class GrantCodec
{
    public static byte[] Encode(Grant grant)
    {
        var count = 8 + (grant.Account is null ? 0 : 1) + (grant.AskNumber is null ? 0 : 1);
        var writer = new StrictWriter(128).Map(count)
            .Unsigned(1).Unsigned(grant.Lease)
            .Unsigned(2).Unsigned(grant.Edge)
            .Unsigned(3).Unsigned(grant.Fence);
        if (grant.Account is { } account) writer.Unsigned(4).Bytes8(account.Value);
        writer.Unsigned(5).Unsigned(grant.Currency)
            .Unsigned(6).Unsigned(grant.AmountMinor)
            .Unsigned(7).Unsigned(grant.Unix)
            .Unsigned(8).Unsigned(grant.SpendSeconds)
            .Unsigned(9).Unsigned(grant.Policy);
        if (grant.AskNumber is { } ask) writer.Unsigned(10).Unsigned(ask);
        return writer.ToArray();
    }

    public static WireError TryParse(ReadOnlySpan<byte> payload, out Grant? grant)
    {
        grant = null;
        if (payload.IsEmpty) return WireError.Empty;
        var reader = new StrictReader(payload);
        var outer = reader.StartMap();
        var lease = reader.Required(1) ? reader.U63() : 0;
        var edge = reader.Required(2) ? reader.U32() : 0;
        var fence = reader.Required(3) ? reader.U32() : 0;
        AccountId? account = reader.Optional(4) ? new AccountId(reader.Bytes8()) : null;
        var currency = reader.Required(5) ? reader.Currency() : 0;
        var amount = reader.Required(6) ? reader.Amount(1) : 0;
        var unix = reader.Required(7) ? reader.U32OrZero() : 0;
        var spend = reader.Required(8) ? reader.U32() : 0;
        var policy = reader.Required(9) ? reader.U32() : 0;
        uint? ask = reader.Optional(10) ? reader.U32() : null;
        reader.EndMap(outer);
        if (reader.End() is not WireError.None and var error) return error;
        grant = new(lease, edge, fence, account, currency, amount, unix, spend, policy, ask);
        return WireError.None;
    }
}
