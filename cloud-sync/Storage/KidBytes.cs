using MqttPay.Payments;

namespace MqttPay.CloudSync.Storage;

/// <summary>A key id as the database keeps it: 8 bytes, so that they sort as the number does.</summary>
internal static class KidBytes
{
    public static byte[] Of(KeyId kid)
    {
        var bytes = new byte[KeyId.Size];
        kid.Write(bytes);
        return bytes;
    }
}
