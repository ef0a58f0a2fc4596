namespace MqttPay.Host.Signatures;

/// <summary>
/// Ed25519 points under which a forger can sign anything: those of order 1, 2, 4 and 8, and the encodings of them that
/// are not the shortest. The library refuses them when it verifies; an enrolment must refuse them before.
/// </summary>
internal static class SmallOrder
{
    private static readonly byte[][] Encodings =
    [
        Convert.FromHexString("0000000000000000000000000000000000000000000000000000000000000000"),
        Convert.FromHexString("0100000000000000000000000000000000000000000000000000000000000000"),
        Convert.FromHexString("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        Convert.FromHexString("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
        Convert.FromHexString("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        Convert.FromHexString("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        Convert.FromHexString("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    ];

    /// <summary>The sign bit does not matter: a point and its negative have one order.</summary>
    public static bool Has(ReadOnlySpan<byte> point)
    {
        Span<byte> unsigned = stackalloc byte[32];
        point.CopyTo(unsigned);
        unsigned[31] &= 0x7f;
        foreach (var encoding in Encodings)
            if (unsigned.SequenceEqual(encoding)) return true;
        return false;
    }
}
