using MqttPay.Payments;

namespace MqttPay.Rounds;

/// <summary>What the rules make of one named request.</summary>
/// <param name="Decision">Null: the cloud is to be asked first.</param>
/// <param name="Evidence">Why it is to be asked.</param>
/// <param name="Purse">Whose lease the cloud may top up.</param>
/// <param name="Headroom">What each limit still allowed, where a limit declined.</param>
internal readonly record struct Judgement(
    Decision? Decision, Evidence Evidence = Evidence.None, Purse Purse = default, Headroom? Headroom = null);
