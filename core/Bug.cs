namespace MqttPay;

/// <summary>The planted bugs, by the number that the catalogue gives them.</summary>
public enum Bug
{
    P1 = 1,
}
