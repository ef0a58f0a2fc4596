namespace MqttPay.FirmwareSim.Demo;

/// <summary>Whether one part of a payment's life is in the books as it was told.</summary>
/// <param name="Said">What is there, in the words of the verdict.</param>
internal sealed record LifecycleCheck(string Name, bool Holds, string Said);
