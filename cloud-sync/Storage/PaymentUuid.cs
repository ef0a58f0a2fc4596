using MqttPay.Payments;

namespace MqttPay.CloudSync.Storage;

/// <summary>A payment id as the database keeps it: its 16 bytes in the type that takes no length.</summary>
internal static class PaymentUuid
{
    public static Guid Of(PaymentId id)
    {
        Span<byte> bytes = stackalloc byte[PaymentId.Size];
        id.Write(bytes);
        return new(bytes, bigEndian: true);
    }

    public static PaymentId Read(Guid stored)
    {
        Span<byte> bytes = stackalloc byte[PaymentId.Size];
        stored.TryWriteBytes(bytes, bigEndian: true, out _);
        return PaymentId.Read(bytes);
    }
}
